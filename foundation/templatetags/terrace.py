"""Tags and filters that are built in to every template."""

import re
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from foundation.looks import LOOK_SCRIPT
from foundation.pictures import when_near
from foundation.styles import inlined_sheet

register = template.Library()


@register.simple_tag
def sheet(name: str = "") -> SafeString:
    """Return the site's style sheet, or the extra one of that name, for a ``<style>`` element in the page's head."""
    return mark_safe(inlined_sheet(name))  # noqa: S308  (our own files)


@register.simple_tag
def look_script() -> SafeString:
    """Return the one line of script that sets how this reader wants to see pages, before the first paint."""
    return mark_safe(f"<script>{LOOK_SCRIPT}</script>")  # noqa: S308  (our own line)


@register.simple_block_tag
def awaited(content: SafeString, **place: Any) -> SafeString:
    """Let an image be fetched only when the reader comes near, or taps where data is saved; see ``when_near``."""
    return when_near(content, **place)


@register.simple_tag
def sprite(*names: str) -> SafeString:
    """Return the drawings of the icons of those names, of all where none is named. Lessons name theirs: bytes count."""
    return mark_safe(_sprite(names))  # noqa: S308  (our own file)


@lru_cache(maxsize=8)
def _sprite(names: tuple[str, ...]) -> str:
    whole: str = render_to_string("components/sprite.html")
    symbols = re.findall(r'<symbol id="i-([\w-]+)".*?</symbol>\n?', whole, re.DOTALL)
    for name in set(symbols) - set(names) if names else ():
        whole = _without(whole, name)
    return whole


def _without(whole: str, name: str) -> str:
    return re.sub(rf'<symbol id="i-{name}".*?</symbol>\n?', "", whole, flags=re.DOTALL)


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """Return one icon of the sprite that the layout carries. Decorative: words always stand beside it."""
    return format_html('<svg class="icon {}" aria-hidden="true"><use href="#i-{}"/></svg>', classes, name)


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """Return an instant for people, with the machine's time: "in 3 days, Thursday 20:00"."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), _spoken(local))


@register.filter
def day(value: date | None) -> SafeString | str:
    """Return a day for people: 2026年11月23日, 23 November 2026."""
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), date_format(value, day_format()))


def day_format() -> str:
    """Return Django's format for a full date in the active language."""
    return "Y年n月j日" if (get_language() or "").startswith("zh") else "j F Y"


SOON = 7
"""Days before a deadline from which it is shown as near."""


@register.filter
def due(value: datetime | None, zone: tzinfo) -> SafeString | str:
    """Return until when something is due as a chip, by the days of ``zone``: "due in 3 days", "was due yesterday"."""
    if value is None:
        return ""
    local, now = value.astimezone(zone), timezone.now().astimezone(zone)
    days = (local.date() - now.date()).days
    words = _was_due(local, -days) if local < now else _is_due(local, days)
    tone = "chip-red" if local < now else "chip-straw" if days < SOON else ""
    return format_html(
        '<time class="chip {}" datetime="{}">{}</time>', tone, local.isoformat(timespec="seconds"), words
    )


def _is_due(local: datetime, days: int) -> str:
    if days == 0:
        return gettext("due today %(time)s") % {"time": f"{local:%H:%M}"}
    if days == 1:
        return gettext("due tomorrow")
    return ngettext("due in %(days)d day", "due in %(days)d days", days) % {"days": days}


def _was_due(local: datetime, days: int) -> str:
    if days == 0:
        return gettext("was due today %(time)s") % {"time": f"{local:%H:%M}"}
    if days == 1:
        return gettext("was due yesterday")
    return ngettext("was due %(days)d day ago", "was due %(days)d days ago", days) % {"days": days}


def _spoken(local: datetime) -> str:
    days = (local.date() - timezone.localdate()).days
    clock = date_format(local, "H:i")
    if days == 0:
        return gettext("today %(time)s") % {"time": clock}
    if days == -1:
        return gettext("yesterday %(time)s") % {"time": clock}
    if days == 1:
        return gettext("tomorrow %(time)s") % {"time": clock}
    if 1 < days < 7:
        spoken = ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
        return f"{spoken} · {date_format(local, 'l')} {clock}"
    return f"{date_format(local, day_format())} {clock}"


@register.filter
def in_language(texts: dict[str, str], language: str = "") -> str:
    """Return a text kept in several languages in the active one, else in any that it has."""
    return texts.get(language or get_language() or "") or next(iter(texts.values()), "")


@register.filter
def at(mapping: dict[str, object], key: str) -> object:
    """Return ``mapping[key]``, or nothing: for keys that stand in a variable."""
    return mapping.get(key, "")


@register.filter
def kilobytes(size: int) -> str:
    """Return bytes as kB for people, without the unit: one decimal below twenty where it says something."""
    return f"{size / 1000:.1f}".removesuffix(".0") if size < 20_000 else f"{size / 1000:.0f}"
