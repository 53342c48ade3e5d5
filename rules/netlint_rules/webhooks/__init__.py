"""Calls of the API server into the cluster, and the policies that block them."""
