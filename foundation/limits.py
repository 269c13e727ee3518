"""Counting how often something was tried, in the cache that all processes share."""

from django.core.cache import cache


def is_over_limit(purpose: str, key: str, *, most: int, seconds: int) -> bool:
    """Count one try of ``key`` and tell whether it is more than ``most`` within ``seconds`` from the first."""
    name = f"limit:{purpose}:{key}"
    cache.add(name, 0, timeout=seconds)
    try:
        return cache.incr(name) > most
    except ValueError:  # the window ended between the two calls
        return False
