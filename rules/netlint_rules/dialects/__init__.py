"""One module an API: each turns its objects into dialect-neutral policies."""
