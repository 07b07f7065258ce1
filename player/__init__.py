"""The player without a face: fetches, decides, feeds a media engine, remembers, reports."""
