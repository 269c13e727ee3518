"""A module as a phone takes it along: the files of all its pages, and a version that changes with any of them.

Rendering a module takes a second, so what came out is kept under a key of all that it was made from: the pages of the
course, what they name, and this build of the site. The second who asks costs a handful of queries.
"""

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from typing import Any, TypedDict

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Max, Model, Q, QuerySet, Sum
from wagtail.models import Page, PageViewRestriction

from courses.models import AssignmentPage, CoursePage, LessonPage, ModulePage, PracticePage, QuestionBank
from courses.rendering.files import SOUNDS, FileKind, PageFile, bundled_files
from courses.rendering.guest import html_of
from courses.selectors import ModuleOutline, course_of, in_language, outline, read_body
from foundation.build import source_hash, static_hash
from foundation.models import Picture, Recording
from foundation.registries import bundled_pages

Key = uuid.UUID

KEPT_SECONDS = 60 * 60
"""How long a manifest is kept: what no key can see, such as a theme's new name, reaches phones within the hour."""

KEPT_PRACTICE = "kept=1"
"""The query of a practice in the form without what readers of other schools change (courses/views/library.py)."""

TOP = 3
"""Depth of the pages that every page's head and foot lead to: home pages and the lists below them."""

SETTINGS_SHOWN = ("SITE_CONTACT", "ICP_NUMBER", "SMS_CODE_PAGE", "OFFLINE_READING", "WAGTAILADMIN_BASE_URL")
"""Settings that show on every page (home/context_processors.py)."""


class Manifest(TypedDict):
    """What a phone must know to take a module along. Sizes are bytes as they travel.

    ``files`` are ``[url, bytes, sha256, kind]``. ``bytes`` counts everything, each recording once and in its heavier
    form; ``text_bytes`` what is left without pictures and sound; ``sound_bytes`` the recordings by their form.
    """

    version: str
    key: str
    title: str
    url: str
    files: list[list[str | int]]
    bytes: int
    text_bytes: int
    sound_bytes: dict[str, int]


def module_of(key: Key, language: str) -> tuple[CoursePage, ModuleOutline] | None:
    """Return the module of that key with its course in ``language``, or in the language that has it.

    ``None`` when there is no such live module, or when an editor made it private: that is not for keeping.
    """
    module = ModulePage.objects.live().filter(translation_key=key).order_by("path").first()
    course = course_of(module) if module else None
    if module is None or course is None or not course.live or not _unrestricted([module]):
        return None
    course = in_language(course, language)
    found = next((entry for entry in outline(course) if entry.key == key), None)
    return (course, found) if found else None


def manifest_of(course: CoursePage, module: ModuleOutline) -> Manifest:
    """Return what ``module`` of ``course`` is made of, from the cache where nothing has changed since it was made.

    Raises ``PageNotRenderedError``.
    """
    name = f"bundle:{module.key}:{course.locale.language_code}:{_made_from(course)}"
    kept: Manifest | None = None if settings.DEBUG else cache.get(name)
    if kept is None:
        kept = _manifest(course, module)
        cache.set(name, kept, KEPT_SECONDS)
    return kept


def _manifest(course: CoursePage, module: ModuleOutline) -> Manifest:
    files = _once(_files(course, module))
    listed = sorted((file.url, file.sha256) for file in files)
    text = sum(file.size for file in files if file.kind not in (FileKind.PICTURE, *SOUNDS))
    sounds = {kind.value: sum(file.size for file in files if file.kind == kind) for kind in SOUNDS}
    pictures = sum(file.size for file in files if file.kind == FileKind.PICTURE)
    heard = max(sounds[FileKind.OPUS], sounds[FileKind.MP3]) + sounds[FileKind.SOUND]
    return {
        "version": hashlib.sha256(json.dumps(listed).encode()).hexdigest()[:32],
        "key": str(module.key),
        "title": module.title,
        "url": module.url,
        "files": [file.as_entry() for file in files],
        "bytes": text + pictures + heard,
        "text_bytes": text,
        "sound_bytes": sounds,
    }


def _once(files: Iterable[PageFile]) -> list[PageFile]:
    by_url: dict[str, PageFile] = {}
    for file in files:
        by_url.setdefault(file.url, file)
    return list(by_url.values())


def _files(course: CoursePage, module: ModuleOutline) -> Iterator[PageFile]:
    """Yield the files of the module's page, of its lessons and assignments, and of the practices that these name."""
    practices: dict[int, PracticePage] = {}
    for page, address in _pages(course, module):
        yield from bundled_files(address, html_of(page, address.partition("?")[2]))
        for practice in _practices_of(page):
            practices.setdefault(practice.pk, practice)
        for answers in bundled_pages:
            for url, html in answers(page).items():
                yield from bundled_files(url, html)
    for practice in _unrestricted(practices.values()):
        address = f"{practice.get_url()}?{KEPT_PRACTICE}"
        yield from bundled_files(address, html_of(practice, KEPT_PRACTICE))


def _pages(course: CoursePage, module: ModuleOutline) -> Iterator[tuple[Page, str]]:
    """Yield the module's pages in order with the addresses that its outline gives them; private ones are left out."""
    wanted = {module.key: module.url} | {step.key: step.url for step in module.steps}
    pages = Page.objects.live().filter(translation_key__in=wanted).select_related("locale").specific()
    by_address = {page.get_url(): page for page in _unrestricted(pages)}
    for address in wanted.values():
        if page := by_address.get(address.partition("?")[0]):
            yield page, address


def lessons_of(course: CoursePage, module: ModuleOutline) -> list[LessonPage]:
    """Return the module's lessons in order, each in the language that the outline has it in; private ones left out."""
    return [page for page, _address in _pages(course, module) if isinstance(page, LessonPage)]


def _practices_of(page: Page) -> list[PracticePage]:
    """Return the live practices that a lesson's cards or an assignment lead to."""
    if isinstance(page, LessonPage):
        return list(read_body(page.body, locale_id=page.locale_id).values())
    if isinstance(page, AssignmentPage) and page.practice and page.practice.live:
        return [page.practice]
    return []


def _unrestricted(pages: Iterable[Any]) -> list[Any]:
    """Return those of ``pages`` that no editor made private, by themselves or with a page above them."""
    private = tuple(PageViewRestriction.objects.values_list("page__path", flat=True))
    return [page for page in pages if not page.path.startswith(private)] if private else list(pages)


# --- what a manifest is made from ------------------------------------------------------------------------------------


def _made_from(course: CoursePage) -> str:
    """Return a hash that is another when anything is that shows in a bundle of ``course``."""
    shown = [getattr(settings, name) for name in SETTINGS_SHOWN]
    parts = [source_hash(), static_hash(), shown, list(_tree(course)), *map(_state_of, _named())]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _tree(course: CoursePage) -> QuerySet[Page, Any]:
    """Return when each page of the course, in every language, and of the site's top was last published."""
    twins = CoursePage.objects.filter(translation_key=course.translation_key).values_list("path", flat=True)
    below = Q(depth__lte=TOP)
    for path in twins:
        below |= Q(path__startswith=path)
    pages: QuerySet[Page, Any] = Page.objects.filter(below).order_by("path")
    return pages.values_list("url_path", "live", "last_published_at")


def _named() -> list[tuple[type[Model], dict[str, Any]]]:
    """Return what pages name, as models, each with figures that differ once a row was added, changed or taken away."""
    published = {"at": Max("last_published_at")}
    made = {"bytes": Sum("opus_size") + Sum("mp3_size") + Sum("original_size"), "seconds": Sum("seconds")}
    return [
        (PracticePage, published | {"live": Count("pk", filter=Q(live=True))}),
        (QuestionBank, published | {"live": Count("pk", filter=Q(live=True))}),
        (Picture, {"bytes": Sum("file_size")}),
        (Recording, made),
        (PageViewRestriction, {}),
    ]


def _state_of(named: tuple[type[Model], dict[str, Any]]) -> dict[str, Any]:
    model, figures = named
    return model._default_manager.aggregate(newest=Max("pk"), rows=Count("pk"), **figures)
