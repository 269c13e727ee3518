"""Reading a page's HTML for what a browser fetches with it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = dict[str, str]
FETCHED_LINKS = {"stylesheet", "icon", "preload", "modulepreload"}
"""What Chromium fetches on a phone of the things a head links to; the touch icon is for home screens."""

INERT = {"noscript", "template"}


@dataclass
class PictureMarkup:
    """An ``<img>`` with the ``<source>`` elements around it."""

    image: Attributes
    sources: list[Attributes] = field(default_factory=list)


@dataclass
class Fetched:
    """What a page names that a browser fetches while it is read; film waits for a tap and is not here.

    ``sounds`` wait for a tap too, but a bundle may bring them: for each player pairs of address and type.
    ``carrying`` is fetched once something is to be sent; a bundle brings it, for that begins without a signal.
    """

    scripts: list[str] = field(default_factory=list)
    later: list[str] = field(default_factory=list)
    carrying: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    pictures: list[PictureMarkup] = field(default_factory=list)
    sounds: list[list[tuple[str, str]]] = field(default_factory=list)


def fetched_by(html: str) -> Fetched:
    """Return what ``html`` makes a browser fetch, in the order of the page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    """Collects; what stands in ``<noscript>`` and ``<template>`` is not fetched where scripts run.

    But a picture that waits in a ``<noscript data-picture>`` is fetched when the reader comes near (static/js/near.js).
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Fetched()
        self.sources: list[Attributes] = []
        self.inert = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take down one element."""
        if tag in INERT and (self.inert or "data-picture" not in dict(attrs)):
            self.inert += 1
        if self.inert:
            return
        values = {name: value or "" for name, value in attrs}
        if take := getattr(self, f"_take_{tag}", None):
            take(values)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element whose content is not fetched, or a group of sources."""
        if tag in INERT:
            self.inert = max(0, self.inert - 1)
        elif tag == "picture":
            self.sources = []

    def _take_script(self, values: Attributes) -> None:
        self._keep(self.found.scripts, values.get("src", ""))
        self._keep(self.found.later, values.get("data-more", ""))  # what learner.js fetches when a question comes near
        self._keep(self.found.carrying, values.get("data-carry", ""))

    def _take_link(self, values: Attributes) -> None:
        if FETCHED_LINKS & set(values.get("rel", "").split()):
            self._keep(self.found.links, values.get("href", ""))

    def _take_picture(self, _values: Attributes) -> None:
        self.sources = []

    def _take_source(self, values: Attributes) -> None:
        if "srcset" in values:
            self.sources.append(values)
        elif values.get("type", "").startswith("audio/") and self.found.sounds:
            self.found.sounds[-1].append((values.get("src", ""), values["type"]))

    def _take_audio(self, _values: Attributes) -> None:
        self.found.sounds.append([])

    def _take_img(self, values: Attributes) -> None:
        if not values.get("src", "").startswith("data:"):
            self.found.pictures.append(PictureMarkup(values, self.sources))

    def _take_video(self, values: Attributes) -> None:
        if poster := values.get("poster"):
            self.found.pictures.append(PictureMarkup({"src": poster}))

    @staticmethod
    def _keep(urls: list[str], url: str) -> None:
        if url and not url.startswith("data:") and url not in urls:
            urls.append(url)
