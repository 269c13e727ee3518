"""Counting how often something was tried, in the cache that all processes share."""

import time

from django.core.cache import cache


def is_over_limit(purpose: str, key: str, *, most: int, seconds: int) -> bool:
    """Count one try of ``key`` and tell whether it is more than ``most`` in this window of ``seconds``.

    Windows are counted from 1970, so their end stands in the name: a cache that forgets the time-out of a counter
    when raising it, as Django's file cache does, cannot prolong one.
    """
    name = f"limit:{purpose}:{key}:{int(time.time()) // seconds}"
    cache.add(name, 0, timeout=seconds)
    try:
        return cache.incr(name) > most
    except ValueError:  # forgotten between the two calls
        return False


def seconds_left(seconds: int) -> int:
    """Return in how many seconds the present window of ``seconds`` ends: what ``Retry-After`` says."""
    return seconds - int(time.time()) % seconds
