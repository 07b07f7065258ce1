"""Schemas of the services' databases, one folder of revisions each."""
