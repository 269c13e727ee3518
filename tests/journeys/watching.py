"""What no page may ever do, whoever opens it and on whatever phone: ask another host, or break the site's policy.

Every tab of every journey is watched, also those that a journey opens by itself: the watch sits where browsers make
contexts, or where a journey takes over a browser that runs already. What it saw is asked for after each test.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType

OURS = ("localhost", "127.0.0.1")
"""The hosts on which a run's sites listen, and the slow lines in front of them."""

WITHOUT_A_HOST = ("data", "blob", "about")
POLICY = "Content Security Policy"
"""What a browser's console says of every request, script or style that a policy forbids."""


class Watch:
    """What the browsers of a run were seen to do that none may."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def over(self, context: BrowserContext) -> BrowserContext:
        """Watch all tabs of ``context``, those that are open and those to come."""
        context.on("request", lambda request: self._ask(request.url))
        context.on("console", lambda said: self.seen.append(said.text) if POLICY in said.text else None)
        return context

    def _ask(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in WITHOUT_A_HOST and parts.hostname not in OURS:
            self.seen.append(f"asked another host: {url}")

    def take(self) -> list[str]:
        """Return what was seen since the last time."""
        seen, self.seen = self.seen, []
        return seen


@contextmanager
def watching() -> Iterator[Watch]:
    """Watch every context that any browser makes meanwhile, and those of a browser that is taken over."""
    watch = Watch()

    def watched(make: Callable[..., Any], contexts_of: Callable[[Any], list[BrowserContext]]) -> Callable[..., Any]:
        @functools.wraps(make)
        def make_and_watch(*args: Any, **options: Any) -> Any:
            made = make(*args, **options)
            for context in contexts_of(made):
                watch.over(context)
            return made

        return make_and_watch

    with pytest.MonkeyPatch.context() as patch:
        for where, name, contexts_of in _MAKERS:
            patch.setattr(where, name, watched(getattr(where, name), contexts_of))
        yield watch


_MAKERS: tuple[tuple[type, str, Callable[[Any], list[BrowserContext]]], ...] = (
    (Browser, "new_context", lambda context: [context]),
    (Browser, "new_page", lambda page: [page.context]),
    (BrowserType, "connect_over_cdp", lambda browser: browser.contexts),
)
