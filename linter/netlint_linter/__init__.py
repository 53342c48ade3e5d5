"""netlint on the command line."""
