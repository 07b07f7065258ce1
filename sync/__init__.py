"""Brings the devices of a household together: who they are, what changed, how it merges."""
