"""Pictures and recordings: whether those who cannot see or hear them have words instead."""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from courses.services.proofreading.findings import Finding, Part, Severity, structures_in, texts_in

MEANINGLESS = {
    *("图片", "照片", "插图", "配图", "图", "截图", "封面", "示意图"),
    *("image", "picture", "photo", "img", "pic", "illustration", "screenshot", "untitled"),
}
_FILE_NAME = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp|heic)$|^(?:img|dsc|mmexport|wx_camera|screenshot|微信图片)[-_ ]?\d+",
    re.IGNORECASE,
)
_TRAILING_NUMBER = re.compile(r"[\s_\-#]*[\d一二三四五六七八九十]*$")


def pictures(part: Part) -> Iterator[Finding]:
    """Yield what is wrong with the words for the pictures in a part."""
    for structure in structures_in(part.value):
        image = structure.get("image")
        if image is None or not hasattr(image, "decorative"):
            continue
        if finding := _alt(image, part.block):
            yield finding


def _alt(image: Any, block: str) -> Finding | None:
    if image.decorative:
        return None
    alt = (getattr(image, "contextual_alt_text", None) or "").strip()
    if not alt:
        sentence = _("A picture has no words for those who cannot see it. Say what it shows, or mark it as decorative.")
        return Finding("alt_missing", sentence, Severity.MUST, block)
    if _FILE_NAME.search(alt) or _TRAILING_NUMBER.sub("", alt).lower() in MEANINGLESS:
        sentence = _("The words for a picture (“%(alt)s”) do not say what it shows.") % {"alt": alt}
        return Finding("alt_meaningless", sentence, block=block)
    return None


def sound(part: Part) -> Iterator[Finding]:
    """Yield a finding for a recording without its words, and for a film without a summary."""
    if part.kind == "audio" and not _says_something(part.value.get("transcript")):
        sentence = _("A recording has no transcript. Many readers have no signal for sound.")
        yield Finding("transcript_missing", sentence, Severity.MUST, part.block)
    if part.kind == "video" and not _says_something(part.value.get("summary")):
        sentence = _("A film does not say in words what it shows, for readers who cannot load it.")
        yield Finding("summary_of_film_missing", sentence, Severity.MUST, part.block)


def _says_something(value: Any) -> bool:
    return any(text.strip() for text in texts_in(value))
