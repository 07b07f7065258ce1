"""Revisions of the billing database."""
