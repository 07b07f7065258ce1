"""Catalog: which titles there are, from which files, and whether they can be played."""
