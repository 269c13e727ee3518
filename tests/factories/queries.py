"""Counting what a page asks the database, and saying it in a line each."""

import re

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

NOT_ASKED = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


def queries_of(client: Client, address: str, *, is_warm: bool = True) -> list[str]:
    """Return what a page asks, a line each; ``is_warm`` lets the places of the site be in the cache already."""
    cache.clear()
    if is_warm:
        client.get(address)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200
    return [in_short(query["sql"]) for query in captured.captured_queries if not query["sql"].startswith(NOT_ASKED)]


def in_short(sql: str) -> str:
    """Return a query without its columns."""
    return re.sub(r"^SELECT .*? FROM ", "SELECT … FROM ", sql)[:300]
