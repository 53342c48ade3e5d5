"""The cluster in memory: reflectors keep it, and situations are made of it."""

from netlint_webhook.cache.view import ClusterCache

__all__ = ["ClusterCache"]
