"""Answers about traffic, as people and programs read them."""
