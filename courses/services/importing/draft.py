"""Making the draft: a page nobody sees yet, owned by whoever imported it; what exists is never overwritten."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.images import ImageFile
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify
from wagtail.coreutils import string_to_ascii
from wagtail.models import Page

from courses.enums import WordImportStatus
from courses.models import LessonPage, PracticePage, WordImport
from courses.services.importing.blocks import PICTURE_KEY, Block
from courses.services.importing.sorting import sorted_into_fields
from courses.services.importing.work import TARGETS, may_import_into
from foundation.models import Picture
from foundation.services.audit import record_audit

Draft = LessonPage | PracticePage


def make_draft(*, row: WordImport, actor: Any, sorts: bool = True, at: datetime) -> Page:
    """Make the draft of an import that is ready, and return it; asked again, return the same page.

    ``sorts`` puts the parts of a practice into its fields by their headings. Raises ``PermissionDenied`` when the
    person may not add a page there (any more), and ``LookupError`` when the import is not ready.
    """
    if row.who_id != actor.pk or not may_import_into(user=actor, parent=row.parent):
        raise PermissionDenied
    with _taking_back_files() as files, transaction.atomic():
        ready = Q(status=WordImportStatus.READY) | Q(status=WordImportStatus.DRAFTED, page=None)
        if not WordImport.objects.filter(ready, pk=row.pk).update(status=WordImportStatus.DRAFTED):
            row.refresh_from_db()
            if row.page is None:
                raise LookupError("the import is not ready")
            return row.page
        page = _new_page(row, actor, sorts, files)
        WordImport.objects.filter(pk=row.pk).update(page=page)
        record_audit(action="word_import.drafted", subject=row, actor=actor, at=at, page=page.pk)
    return page


def _new_page(row: WordImport, actor: Any, sorts: bool, files: list[Picture]) -> Page:
    content = row.content
    parent = Page.objects.select_for_update().get(pk=row.parent_id).specific
    model = TARGETS[type(parent)]
    body: list[Block] = content["body"]
    fields: dict[str, Any] = {"summary": content["summary"]}
    if sorts and model is PracticePage:
        found = sorted_into_fields(body)
        body, fields = found.body, fields | found.fields
    pictures = {picture["number"]: _picture(picture, actor, files).pk for picture in content["pictures"]}
    fields["body"] = json.dumps([_with_picture(part, pictures) for part in body], ensure_ascii=False)
    title, slug = _free_names(parent, content["title"])
    page = model(title=title, draft_title=title, slug=slug, owner=actor, live=False, locale=parent.locale, **fields)
    parent.add_child(instance=page)
    # Not cleaned: a draft may lack what it needs before it is published, such as a summary.
    page.save_revision(user=actor, log_action="wagtail.create", clean=False)
    return page


def _with_picture(part: Block, pictures: dict[int, int]) -> Block:
    """Return the block with the row of its picture in place of the number it has in the document."""
    if part["type"] != "picture":
        return part
    image = {name: value for name, value in part["value"]["image"].items() if name != PICTURE_KEY}
    image["image"] = pictures[part["value"]["image"][PICTURE_KEY]]
    return {**part, "value": {**part["value"], "image": image}}


def _picture(stored: dict[str, Any], actor: Any, files: list[Picture]) -> Picture:
    """Return the picture of the library that holds these very bytes, or add it."""
    if known := Picture.objects.filter(file_hash=stored["sha1"]).first():
        return known
    with storages["private"].open(stored["file"]) as kept:
        content = kept.read()
    end = stored["file"].rpartition(".")[2]
    name = f"{slugify(stored['title'].rpartition('.')[0] or stored['title']) or 'word'}.{end}"
    picture = Picture(title=stored["title"], file=ImageFile(BytesIO(content), name=name[-80:]), uploaded_by_user=actor)
    picture._set_image_file_metadata()
    picture.save()
    files.append(picture)
    return picture


@contextmanager
def _taking_back_files() -> Iterator[list[Picture]]:
    """Delete the files of pictures that were added when the rest fails: rows roll back, files do not."""
    added: list[Picture] = []
    try:
        yield added
    except BaseException:
        for picture in added:
            picture.file.storage.delete(picture.file.name)
        raise


def _free_names(parent: Page, title: str) -> tuple[str, str]:
    """Return a title and a slug that no sibling has, with a number behind them where they were taken."""
    siblings = parent.get_children()
    titles, slugs = set(siblings.values_list("draft_title", flat=True)), set(siblings.values_list("slug", flat=True))
    base = slugify(string_to_ascii(title))[:200] or "word"
    number = 1
    while True:
        mark = f" ({number})" if number > 1 else ""
        new_title, slug = f"{title[: 255 - len(mark)]}{mark}", f"{base}-{number}" if number > 1 else base
        if new_title not in titles and slug not in slugs:
            return new_title, slug
        number += 1
