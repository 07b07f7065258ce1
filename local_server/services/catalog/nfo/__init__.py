"""Kodi's and Jellyfin's notes beside films: read, and written back."""
