"""Patches on the text of manifests, which keep everything that they don't change."""
