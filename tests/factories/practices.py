"""Practices in the library, made one by one or by the thousand."""

import uuid
from itertools import count
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import connection
from django.db.models.sql import InsertQuery
from django.utils import timezone
from wagtail.models import Page

from courses.models import PracticeDraft, PracticeIndexPage, PracticePage, Theme
from courses.services.practice_drafts import add_photo, save_draft
from tests.factories import photos

_numbers = count(1)


def library(language: str = "zh-hans") -> PracticeIndexPage:
    """Return the library of a language."""
    return PracticeIndexPage.objects.get(locale__language_code=language)


def a_practice(*, language: str = "zh-hans", live: bool = True, themes: Any = (), **fields: Any) -> PracticePage:
    """Return a practice in the library; ``live=False`` leaves it a draft."""
    number = next(_numbers)
    values = {
        "title": f"做法{number}",
        "summary": "每周固定一个时间，听孩子说话。",
        "risks": "<p>听到有人受伤害，当天就要处理。</p>",
        "credit": "示例学校",
        **fields,
    }
    parent = library(language)
    page = PracticePage(slug=f"practice-{number}", locale=parent.locale, live=False, **values)
    parent.add_child(instance=page)
    page.themes = list(themes)
    revision = page.save_revision(clean=live)
    if live:
        revision.publish()
    return PracticePage.objects.get(pk=page.pk)


def a_practice_draft(author: Any, **answers: Any) -> PracticeDraft:
    """Return what somebody is writing in the short form, with a photo."""
    now = timezone.now()
    draft = save_draft(
        draft_uuid=uuid.uuid4(),
        author=author,
        language="zh-hans",
        answers={"title": "写到一半的做法", **answers},
        at=now,
    )
    add_photo(draft=draft, file=ContentFile(photos.a_jpeg(64, 48)), at=now)
    return draft


def many_practices(number: int, *, themes: list[Theme] | None = None, **fields: Any) -> list[PracticePage]:
    """Add live practices without revisions, by few queries, as if they had been written over years."""
    parent = library()
    now = timezone.now()
    first = parent.numchild + 1
    made = []
    for place in range(first, first + number):
        page = PracticePage(
            title=f"做法第{place}条",
            draft_title=f"做法第{place}条",
            slug=f"many-{place}",
            summary="每周固定一个时间，听孩子说话。",
            risks="<p>当天处理。</p>",
            credit="示例学校",
            locale=parent.locale,
            path=PracticePage._get_path(parent.path, parent.depth + 1, place),
            depth=parent.depth + 1,
            url_path=f"{parent.url_path}many-{place}/",
            content_type=_type_of_practice(),
            first_published_at=now,
            **fields,
        )
        made.append(page)
    Page.objects.bulk_create([_only_page(page) for page in made])
    ids = dict(Page.objects.child_of(parent).values_list("path", "pk"))
    for page in made:
        page.page_ptr_id = page.pk = ids[page.path]
    _insert_rows(made)
    Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild + number)
    if themes:
        through = PracticePage.themes.through
        through.objects.bulk_create(
            through(practicepage_id=page.pk, theme_id=themes[place % len(themes)].pk) for place, page in enumerate(made)
        )
    return made


def _type_of_practice() -> ContentType:
    return ContentType.objects.get_for_model(PracticePage)


def _only_page(page: PracticePage) -> Page:
    """Return the part of ``page`` that stands in Wagtail's own table."""
    return Page(**{field.attname: getattr(page, field.attname) for field in Page._meta.concrete_fields})


def _insert_rows(pages: list[Any]) -> None:
    """Insert the rows of our own table; ``bulk_create`` refuses models that have a parent's table."""
    for start in range(0, len(pages), 30):  # SQLite takes so many values in one statement
        query = InsertQuery(PracticePage)
        query.insert_values(PracticePage._meta.local_concrete_fields, pages[start : start + 30])
        query.get_compiler(connection=connection).execute_sql()
