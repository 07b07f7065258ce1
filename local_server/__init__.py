"""The edge server: catalog, users, recommendation, playback, billing, the studio and the edge."""

import os

# Many small products: threads would wait for each other, and for a core that a film is decoded on.
# Read by the library once, when numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
