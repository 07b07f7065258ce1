"""Looking through the folders of a library."""
