"""A cache that forgets what was used least recently."""

from lru.cache import Cache

__all__ = ["Cache"]
