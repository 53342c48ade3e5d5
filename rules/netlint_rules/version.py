"""The version of netlint, kept in this one place; packaging reads it from here as text."""

__version__ = "0.1.0"
