"""How pictures of the content are shown: in which formats and widths, and what a browser is told about them."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
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


def picture_markup(picture: Picture | None, alt: str) -> SafeString:
    """Return the ``<picture>``: lazy, with width and height so that nothing jumps. No query when they are prefetched.

    Empty for a picture that is gone. Where the original was lost the browser shows ``alt``.
    """
    if not picture:
        return SafeString("")
    made: Mapping[str, Rendition] = get_renditions_or_not_found(picture, [Filter(spec=spec) for spec in PICTURE_SPECS])
    of = {form: [made[spec] for spec in PICTURE_SPECS if spec.startswith(f"format-{form}|")] for form in FORMATS}
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
