"""Playback: who plays what, and where everyone stopped."""
