"""The living-room interface: the same view models behind a remote control."""
