"""Profiles go out as documents and come in from other programs."""
