"""Policies that netlint suggests: which connections they are for, and their texts."""
