"""Applying the fixes of findings to files: in rounds, checked after each, written at the end."""
