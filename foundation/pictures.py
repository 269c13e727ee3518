"""How pictures of the content are shown: in which formats and widths, when they are fetched, and what is told of them.

A browser's own ``loading=lazy`` fetches what lies up to 2,500 pixels below the screen. So an image stands in a
``<noscript data-picture>``, where only browsers without scripts fetch it, behind a place of the same shape;
static/js/near.js puts it there when the reader comes near, or taps where data is saved (docs/decisions/0051).
"""

from collections.abc import Mapping
from functools import lru_cache
from math import ceil
from typing import Any, Final

from django.core.files.storage import default_storage
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from wagtail.images.models import Filter
from wagtail.images.shortcuts import get_renditions_or_not_found

from foundation.models import Picture, Rendition

FORMATS: Final = {"avif": "image/avif", "webp": "image/webp", "jpeg": "image/jpeg"}
"""Best first; the last one is for browsers that know none of the others."""

WIDTHS: Final = (640, 1280)

PICTURE_SPECS: Final = tuple(Filter.expand_spec(f"format-{{{','.join(FORMATS)}}} width-{{{WIDTHS[0]},{WIDTHS[1]}}}"))

SIZES: Final = "(min-width:40em) 42rem,13rem"
"""A phone takes the smaller file whatever its density: 13rem at three device pixels are 640. It is shown as wide as
the column all the same. The wider file is for tablets and desks."""

ON_PHONES: Final = ("avif", "webp")
"""One of these is what a phone of our time takes; the heavier one is told as the size."""


def picture_markup(
    picture: Picture | None, alt: str, *, is_tapped: bool = True, is_at_once: bool = False
) -> SafeString:
    """Return a picture that waits until the reader comes near. No query when its renditions are prefetched.

    Where data is saved it waits for a tap on a link that says what it is and what it weighs; a picture that is part of
    something tapped already (the still of a film) is not ``is_tapped`` itself. ``is_at_once``: waits for nothing, for
    a page without the learner's script. Empty for a picture that is gone. Where the original was lost the browser
    shows ``alt``.
    """
    if not picture:
        return SafeString("")
    made: Mapping[str, Rendition] = get_renditions_or_not_found(picture, [Filter(spec=spec) for spec in PICTURE_SPECS])
    of = {form: [made[spec] for spec in PICTURE_SPECS if spec.startswith(f"format-{form}|")] for form in FORMATS}
    whole = _whole(of, alt)
    smallest = of["jpeg"][0]
    if is_at_once or not smallest.width:
        return whole
    shape = {"width": smallest.width, "height": smallest.height}
    if not is_tapped:
        return when_near(whole, **shape)
    return when_near(whole, **shape, href=smallest.url, alt=alt, size=_heaviest(of))


def when_near(
    shown: SafeString, *, width: int, height: int, href: str = "", alt: str | None = None, size: int = 0
) -> SafeString:
    """Return the image ``shown`` behind a place of its shape that says what it is (``alt``) and its ``size`` in bytes.

    The place leads to ``href``; without one it stands in a link of its own page. Without ``alt`` it is an empty shape,
    and tapping it fetches nothing.
    """
    inner = format_html('<svg viewBox="0 0 {} {}" aria-hidden="true"></svg>', width, height)
    if alt is not None:
        inner = format_html("{}<span>{}</span>", inner, _words(alt, size))
    place = '<a class="place" href="{1}">{0}</a>' if href else '<span class="place">{0}</span>'
    return format_html(place + "<noscript data-picture>{2}</noscript>", inner, href, shown)


def _words(alt: str, size: int) -> str:
    what = gettext("Show the picture: %(words)s") % {"words": alt.rstrip("。.")} if alt else gettext("Show the picture")
    if not size:
        return what
    return gettext("%(what)s (at most %(size)s kB)") % {"what": what, "size": ceil(size / 1000)}


def _heaviest(of: Mapping[str, list[Rendition]]) -> int:
    """Return what a phone fetches at most, in bytes; 0 for a file that is lost."""
    try:
        return max(_stored_size(of[form][0].file.name) for form in ON_PHONES)
    except OSError:
        return 0


@lru_cache(maxsize=4096)
def _stored_size(name: str) -> int:
    """Return the bytes of a rendition. It never changes: its name holds what it is of."""
    return default_storage.size(name)


def _whole(of: Mapping[str, list[Rendition]], alt: str) -> SafeString:
    *better, (_last, fallback) = of.items()
    sources = format_html_join(
        "", '<source type="{}" srcset="{}" sizes="{}">', ((FORMATS[form], _srcset(r), SIZES) for form, r in better)
    )
    image = format_html(
        '<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" loading="lazy" decoding="async">',
        fallback[0].url,
        _srcset(fallback),
        SIZES,
        fallback[0].width,
        fallback[0].height,
        alt,
    )
    return format_html("<picture>{}{}</picture>", sources, image)


def _srcset(renditions: list[Any]) -> str:
    """Return the candidates, each width once: a small original is not made wider."""
    by_width = {rendition.width: rendition.url for rendition in renditions}
    return ", ".join(f"{url} {width}w" for width, url in by_width.items())
