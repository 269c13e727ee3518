"""From the short form's plain answers to a page of the library, with the blocks and rich text that editors know."""

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.files.images import ImageFile
from django.utils import translation
from django.utils.html import escape, linebreaks
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pypinyin import lazy_pinyin
from wagtail.models import Page

from courses.blocks.identity import raw_blocks
from courses.enums import CreditAs
from courses.models import PracticeDraft, PracticeDraftPhoto, PracticeIndexPage, PracticePage, Theme
from foundation.models import Picture
from foundation.refusals import Refused
from foundation.uploads import random_name

RICH = ("problem", "context", "risks", "suits", "evidence")
"""Fields of the form that are rich text on the page; the others go over as they are."""

PLAIN = ("title", "summary", "people", "effort", "cost")
CREDITED = ("credit_as", "author", "school", "region")
NUMBERED = re.compile(r"^\s*(?:[（(]?\d{1,2}[)）.、．:：]|[-*•·])\s*")
"""A number or a bullet that somebody typed before a step; the page numbers steps by itself."""

PHOTOS = "photos"
"""Where ``PracticeDraft.sent`` keeps which pictures the page holds."""

Block = dict[str, Any]
Photos = dict[str, dict[str, Any]]

LICENCE = "CC BY 4.0"
LONGEST_SLUG = 60
RESERVED_SLUGS = ("write",)
"""Addresses below the library that are screens of ours."""


@dataclass(frozen=True)
class Written:
    """What a version of a draft became: its page, and what of it the page holds now, to compare the next one with."""

    page: PracticePage
    sent: dict[str, Any]


def page_of_draft(*, draft: PracticeDraft, cleaned: Mapping[str, Any], actor: Any) -> Written:
    """Write the draft's page, not live, with a revision.

    A second version changes only what its author changed since the first: an editor's corrections elsewhere stay.
    Runs inside the caller's transaction. Raises ``Refused`` (409) when there is no library to put it in.
    """
    page = draft.page.get_latest_revision_as_object() if draft.page else _new_page(draft, cleaned, actor)
    sent = draft.sent if draft.page else {}
    changed = {name for name in cleaned if name not in sent or draft.answers.get(name) != sent[name]}
    for name, value in _fields(cleaned, changed, draft.language).items():
        setattr(page, name, value)
    if "themes" in changed:
        page.themes = list(Theme.objects.filter(key__in=cleaned["themes"]))
    photos = _photos(draft, page, sent.get(PHOTOS, {}), actor)
    blocks = [dict(block) for block in raw_blocks(page.body)]
    if "steps" in changed:
        blocks = _with_steps(blocks, cleaned["steps"])
    page.body = json.dumps(_with_photos(blocks, sent.get(PHOTOS, {}), photos))
    page.save()  # it is not live: the tree lists what was handed in
    page.save_revision(user=actor, log_action=True)
    return Written(page, {name: draft.answers.get(name) for name in cleaned} | {PHOTOS: photos})


def _new_page(draft: PracticeDraft, cleaned: Mapping[str, Any], actor: Any) -> PracticePage:
    libraries = list(PracticeIndexPage.objects.live().order_by("path").select_related("locale"))
    if not libraries:
        sentence = _("There is no practice library on this site yet. Your words are kept.")
        raise Refused("no_library", sentence, status=409)
    library = next((page for page in libraries if page.locale.language_code == draft.language), libraries[0])
    library = PracticeIndexPage.objects.select_for_update().get(pk=library.pk)  # children are added one at a time
    page = PracticePage(
        title=cleaned["title"],
        slug=_slug(cleaned["title"], library, draft.uuid),
        locale=library.locale,
        owner=actor,
        live=False,
        has_unpublished_changes=True,
        licence=LICENCE,
        adapted_from=_adapted_from(draft, library.locale_id),
    )
    library.add_child(instance=page)
    return page


def _slug(title: str, library: Page, number: uuid.UUID) -> str:
    """Return an address that can be read aloud: the title in pinyin, with a part of the number when it is taken."""
    base = slugify(" ".join(lazy_pinyin(title)))[:LONGEST_SLUG].strip("-") or "practice"
    is_taken = base in RESERVED_SLUGS or library.get_children().filter(slug=base).exists()
    return f"{base}-{number.hex[:6]}" if is_taken else base


def _adapted_from(draft: PracticeDraft, locale_id: int) -> PracticePage | None:
    if draft.adapts_key is None:
        return None
    known = PracticePage.objects.live().filter(translation_key=draft.adapts_key)
    return known.filter(locale_id=locale_id).first() or known.first()


def _fields(cleaned: Mapping[str, Any], changed: set[str], language: str) -> dict[str, str]:
    """Return the page's fields that follow from the answers that changed."""
    fields = {name: cleaned[name] for name in PLAIN if name in changed}
    fields |= {name: linebreaks(escape(cleaned[name])) if cleaned[name] else "" for name in RICH if name in changed}
    if changed.intersection(CREDITED):
        fields |= _credited(cleaned, language)
    return fields


def _credited(cleaned: Mapping[str, Any], language: str) -> dict[str, str]:
    """Return what of the author is told, and nothing beyond what was agreed."""
    agreed = cleaned["credit_as"]
    author = cleaned["author"] if agreed == CreditAs.NAME_AND_SCHOOL else ""
    school = cleaned["school"] if agreed != CreditAs.REGION else ""
    with translation.override(language):
        if agreed == CreditAs.NAME_AND_SCHOOL:
            credit = gettext("%(author)s, %(school)s") % {"author": author, "school": school}
        elif agreed == CreditAs.SCHOOL:
            credit = school
        else:
            credit = gettext("A principal from %(region)s") % {"region": cleaned["region"]}
    return {"author": author, "school": school, "region": cleaned["region"], "credit": credit}


def _with_steps(blocks: list[Block], typed: str) -> list[Block]:
    """Return the blocks with the steps as they were typed: in the place of those before, or first."""
    lines = [NUMBERED.sub("", line).strip() for line in typed.splitlines()]
    items = [{"type": "item", "id": _new_id(), "value": {"title": line, "text": ""}} for line in lines if line]
    steps = {"type": "steps", "id": _new_id(), "value": {"title": "", "items": items}}
    place = next((i for i, block in enumerate(blocks) if block["type"] == "steps"), None)
    return [steps, *blocks] if place is None else [*blocks[:place], steps, *blocks[place + 1 :]]


def _photos(draft: PracticeDraft, page: PracticePage, before: Photos, actor: Any) -> Photos:
    """Return the draft's photos as the page holds them, ``{uuid: {"picture": id, "alt": words}}``."""
    now: Photos = {}
    for number, photo in enumerate(draft.photos.all(), start=1):
        known = before.get(str(photo.uuid))
        picture = known["picture"] if known else _picture(photo, f"{page.title} · {number}", page.credit, actor).pk
        now[str(photo.uuid)] = {"picture": picture, "alt": photo.alt}
    return now


def _picture(photo: PracticeDraftPhoto, title: str, credit: str, actor: Any) -> Picture:
    with photo.file.open("rb") as stored:
        file = ImageFile(BytesIO(stored.read()), name=random_name("jpg"))
    picture = Picture(
        title=title, file=file, description=photo.alt, credit=credit, licence=LICENCE, uploaded_by_user=actor
    )
    picture._set_image_file_metadata()
    picture.save()
    return picture


def _with_photos(blocks: list[Block], before: Photos, now: Photos) -> list[Block]:
    """Return the blocks with the photos that are new, without those that were removed, and with words that changed."""
    gone = {photo["picture"] for key, photo in before.items() if key not in now}
    said = {photo["picture"]: photo["alt"] for key, photo in now.items() if photo != before.get(key)}
    kept = [block for block in blocks if _picture_of(block) not in gone]
    for block in kept:
        if (picture := _picture_of(block)) in said:
            block["value"] = block["value"] | {"image": _shown(picture, said[picture])}
    there = {_picture_of(block) for block in kept}
    new = [
        {"type": "picture", "id": _new_id(), "value": {"image": _shown(picture, alt), "caption": ""}}
        for picture, alt in said.items()
        if picture not in there
    ]
    return kept + new


def _picture_of(block: Block) -> int | None:
    image = block["value"]["image"] if block["type"] == "picture" else None
    return image["image"] if image else None


def _shown(picture: int | None, alt: str) -> dict[str, Any]:
    """Return a photo for a picture block. Without words it is not decorative: publication will ask for the words."""
    return {"image": picture, "alt_text": alt, "decorative": False}


def _new_id() -> str:
    return str(uuid.uuid4())
