"""Revisions of the recommendation database."""
