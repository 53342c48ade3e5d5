"""Reading manifests: text to documents with positions."""
