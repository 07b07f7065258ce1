"""The edge server: catalog, users, recommendation, playback, billing, the studio and the edge."""
