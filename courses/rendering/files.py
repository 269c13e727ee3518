"""The files that a reader fetches with a page, in the form in which a bundle lists them.

A bundle is ``{version, files: [url, bytes, sha256]}``; the weight meter adds up the same list, so what an author sees
is what a principal downloads.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import TextChoices
from wagtail.models import Page

from courses.rendering.guest import html_of
from courses.rendering.markup import Fetched, fetched_by
from courses.rendering.phone import picked
from courses.rendering.stored import file_bytes, page_bytes, seen_bytes
from foundation.registries import reader_requests


class FileKind(TextChoices):
    """What a file is for.

    ``LATER`` is a script fetched only when a question comes near, or once something is to be sent. ``STATE`` is
    personal and belongs to no bundle; it is counted because it travels. A recording stands in a bundle in each of its
    forms, for a phone takes the one it can play: ``OPUS`` or ``MP3``, or ``SOUND`` where there is only what was sent.
    """

    PAGE = "page"
    SCRIPT = "script"
    LATER = "later"
    LINKED = "linked"
    STATE = "state"
    PICTURE = "picture"
    OPUS = "opus"
    MP3 = "mp3"
    SOUND = "sound"


SOUNDS = (FileKind.OPUS, FileKind.MP3, FileKind.SOUND)


@dataclass(frozen=True)
class PageFile:
    """One file. ``size`` is what travels in bytes, without headers; ``sha256`` is of what the browser sees of it.

    ``number`` tells a picture's place on the page, from 1; it is 0 for everything else.
    """

    url: str
    size: int
    sha256: str
    kind: FileKind
    number: int = 0

    def as_entry(self) -> list[str | int]:
        """Return the file as a bundle's manifest lists it."""
        return [self.url, self.size, self.sha256, self.kind.value]


def files_of(page: Page) -> list[PageFile]:
    """Return what a guest's phone fetches with ``page``, live or a draft, when it is read to the end.

    Sound, film and handouts are not here: they come on a tap that says their size. A file that is not there (a picture
    lost from storage) is left out: nothing travels for it. Raises ``PageNotRenderedError``.
    """
    html = html_of(page)
    found = fetched_by(html.decode())
    document = _file(page.get_url() or page.url_path, page_bytes(html), FileKind.PAGE, content=html)
    return [document, *_scripts(found), *_linked(found), *_state(page), *_pictures(found)]


def bundled_files(url: str, html: bytes) -> list[PageFile]:
    """Return what belongs on a phone that is to show the page at ``url`` without a signal, its sound included."""
    found = fetched_by(html.decode())
    document = _file(url, page_bytes(html), FileKind.PAGE, content=html)
    return [document, *_scripts(found), *_carrying(found), *_linked(found), *_pictures(found), *_sounds(found)]


def _sounds(found: Fetched) -> Iterator[PageFile]:
    for forms in found.sounds:
        for url, mime in forms:
            kind = FileKind.OPUS if "opus" in mime else FileKind.MP3
            yield from _stored(url, kind if len(forms) > 1 else FileKind.SOUND)


def _scripts(found: Fetched) -> Iterator[PageFile]:
    for url in found.scripts:
        yield from _stored(url, FileKind.SCRIPT)
    for url in found.later:
        yield from _stored(url, FileKind.LATER)


def _carrying(found: Fetched) -> Iterator[PageFile]:
    for url in found.carrying:
        yield from _stored(url, FileKind.LATER)


def _linked(found: Fetched) -> Iterator[PageFile]:
    for url in found.links:
        yield from _stored(url, FileKind.LINKED)


def _pictures(found: Fetched) -> Iterator[PageFile]:
    seen: set[str] = set()
    for number, picture in enumerate(found.pictures, 1):
        url = picked(picture)
        if url not in seen:
            seen.add(url)
            yield from _stored(url, FileKind.PICTURE, number)


def _state(page: Page) -> Iterator[PageFile]:
    """Yield what the page's script asks the server for at once; the rooms above know it (foundation.registries)."""
    for answers in reader_requests:
        for url, body in answers(page).items():
            yield _file(url, body, FileKind.STATE)


def _stored(url: str, kind: FileKind, number: int = 0) -> Iterator[PageFile]:
    body = file_bytes(url)
    if body is not None:
        yield _file(url, body, kind, number, content=seen_bytes(url) or body)


def _file(url: str, body: bytes, kind: FileKind, number: int = 0, *, content: bytes = b"") -> PageFile:
    return PageFile(url, len(body), hashlib.sha256(content or body).hexdigest(), kind, number)
