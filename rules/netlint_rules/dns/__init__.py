"""Whether pods can reach the servers that resolve names for them."""
