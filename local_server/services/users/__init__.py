"""Users: the household and its profiles."""
