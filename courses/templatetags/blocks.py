"""What templates of blocks need: the sheets of those that stand in a body, and pictures in all their formats."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from wagtail.blocks import StreamValue

from courses.models import PracticePage
from foundation.models import Picture
from foundation.pictures import picture_markup
from foundation.styles import EXTRA_SHEETS, inlined_sheet

register = template.Library()


@register.simple_tag
def body_sheets(*bodies: Any) -> SafeString:
    """Return a ``<style>`` for each extra sheet that some block of these bodies asks for in ``Meta.sheet``."""
    return _styles({name for body in bodies if isinstance(body, StreamValue) for name in _sheets_of(body)})


@register.simple_tag
def all_sheets() -> SafeString:
    """Return every extra sheet of blocks, for a page that shows one of any kind."""
    return _styles(set(EXTRA_SHEETS) - {"screens"})


def _sheets_of(body: StreamValue) -> Iterable[str]:
    known = body.stream_block.child_blocks
    kinds = {item["type"] for item in body.raw_data}
    return (sheet for kind in kinds if kind in known for sheet in getattr(known[kind].meta, "sheet", "").split())


def _styles(names: Iterable[str]) -> SafeString:
    sheets = ((mark_safe(inlined_sheet(name)),) for name in sorted(names))  # noqa: S308  (our own files)
    return format_html_join("", "<style>{}</style>", sheets)


@register.simple_tag(takes_context=True)
def shown(context: Mapping[str, Any], picture: Picture | None) -> SafeString:
    """Return a picture for the column of a page, with the words that were given with it.

    It waits for the reader to come near, unless the page says ``pictures_at_once`` because no script will come.
    """
    words = getattr(picture, "contextual_alt_text", "")
    return picture_markup(picture, words or "", is_at_once=bool(context.get("pictures_at_once")))


@register.simple_tag(takes_context=True)
def still(context: Mapping[str, Any], picture: Picture | None) -> SafeString:
    """Return the still of a film: decorative, and never fetched where data is saved."""
    return picture_markup(picture, "", is_tapped=False, is_at_once=bool(context.get("pictures_at_once")))


@register.simple_tag(takes_context=True)
def practice_shown(context: Mapping[str, Any], chosen: PracticePage | None) -> PracticePage | None:
    """Return the practice of a card in the reader's language; without the screen's list (a preview) the one chosen."""
    practices = context.get("practices")
    if chosen is None or not isinstance(practices, Mapping):
        return chosen
    return practices.get(chosen.translation_key)


@register.filter
def host(address: str) -> str:
    """Return the name of the site that an address leads to: bilibili.com."""
    return (urlsplit(address).hostname or "").removeprefix("www.")
