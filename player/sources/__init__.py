"""Sources of segments: over HTTP, from a folder."""
