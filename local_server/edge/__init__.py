"""The edge: segments and pictures out, with as little work per request as the system allows."""
