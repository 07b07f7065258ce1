"""Revisions of the playback database."""
