"""One sheet: check the data, fit the texts, fill the template, draw."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import dateformat, translation
from django.utils.html import strip_tags

from certificates.rendering import fitting
from certificates.rendering.data import DESIGNS, EN, LANGUAGES, MAX_SIGNATORIES, ZH, SheetData, SheetText, Signatory
from certificates.rendering.errors import SheetError, SheetReason
from certificates.rendering.fitting import Fitted, fit
from certificates.rendering.fonts import missing_glyphs, shared_glyphs, text_width
from certificates.rendering.guilloche import frame_svg, watermark_svg
from certificates.rendering.qr import qr_svg
from certificates.rendering.seal import seal_svg

TEMPLATE_DIR = Path(__file__).resolve().parents[2] / "templates"

PDF_OPTIONS = {
    "pdf_variant": "pdf/a-3a",
    "pdf_tags": True,
    "optimize_images": False,
    "custom_metadata": False,
}

STATIC_IMAGES = frozenset({"frame", "watermark", "seal"})


@dataclass(frozen=True, slots=True)
class _FittedSignatory:
    """One signatory as the template needs it; ``image`` is the key of the signature, empty without one."""

    name: Fitted
    role_zh: Fitted
    role_en: Fitted
    image: str


def draw_sheet(data: SheetData) -> bytes:
    """Draw a sheet as PDF/A-3a and PDF/UA-1, A4 landscape, one page.

    Raises SheetError, and nothing else that the data could cause: see :class:`SheetReason`.
    """
    html = _html(data)
    from certificates.rendering.engine import lay_out

    return lay_out(
        html,
        css=_css(DESIGNS[data.design]),
        images=_images(data),
        static=STATIC_IMAGES,
        options=PDF_OPTIONS,
    )


def check_sheet(data: SheetData) -> None:
    """Raise the SheetError that drawing would raise for the words of a sheet, without loading the drawing engine."""
    _html(data)


def _html(data: SheetData) -> str:
    """The filled template. Raises SheetError for data that may not be drawn."""
    _check(data)
    html = render_to_string(f"{DESIGNS[data.design]}/sheet.html", _context(data))
    # The title element repeats the name for the document's metadata; it is not drawn.
    drawn = strip_tags(html.partition("<body>")[2])
    if shared := shared_glyphs(data.name, drawn):
        raise SheetError(SheetReason.GLYPH_SHARED, field="name", detail="".join(shared))
    return html


def _check(data: SheetData) -> None:
    """Refuse what no layout could mend: an unknown design, an empty text, a character without a glyph."""
    if data.design not in DESIGNS:
        raise SheetError(SheetReason.UNKNOWN_DESIGN, field="design", detail=data.design)
    if len(data.signatories) > MAX_SIGNATORIES:
        raise SheetError(SheetReason.TOO_MANY_SIGNATORIES, field="signatories", detail=str(len(data.signatories)))
    if not data.name.strip():
        raise SheetError(SheetReason.NAME_EMPTY, field="name")
    for field, text in _texts(data).items():
        if not text.strip():
            raise SheetError(SheetReason.TEXT_EMPTY, field=field)
        if missing := missing_glyphs(text):
            codes = " ".join(f"{character} U+{ord(character):04X}" for character in missing)
            raise SheetError(SheetReason.MISSING_GLYPH, field=field, detail=codes)


def _texts(data: SheetData) -> dict[str, str]:
    """Every text that comes from outside, by the name of its field."""
    texts = {"name": data.name, "serial": data.serial, "verify_url": data.verify_url}
    texts |= _both(data.course_title, "course_title")
    texts |= _both(data.cohort_title, "cohort_title")
    texts |= _both(data.issuer, "issuer")
    for place, title in enumerate(data.practice_titles, start=1):
        texts[f"practice {place}"] = title
    for place, signatory in enumerate(data.signatories, start=1):
        texts[f"signatory {place}"] = signatory.name
        texts |= _both(signatory.role, f"signatory {place} role")
    return texts


def _both(text: SheetText, field: str) -> dict[str, str]:
    """A text in both languages; a language that is absent counts as empty."""
    return {f"{field} {language}": text.get(language, "") for language in LANGUAGES}


def _context(data: SheetData) -> dict[str, Any]:
    """What the template prints, every text already fitted."""
    name = fit(data.name, fitting.NAME, field="name")
    return {
        "sheet": data,
        "title_zh": data.course_title[ZH],
        "issuer_name": data.issuer[ZH],
        "name": name,
        "rule": _rule(name),
        "course_zh": fit(data.course_title[ZH], fitting.TITLE_ZH, field="course_title"),
        "course_en": fit(data.course_title[EN], fitting.TITLE_EN, field="course_title"),
        "cohort": fit(_once(data.cohort_title), fitting.LINE, field="cohort_title"),
        "issuer_zh": fit(data.issuer[ZH], fitting.ISSUER_ZH, field="issuer"),
        "issuer_en": fit(data.issuer[EN], fitting.ISSUER_EN, field="issuer"),
        "hours": _hours(data),
        "date_zh": dateformat.format(data.completed_on, "Y年n月j日"),
        "date_en": _english_date(data),
        "practice_titles": _practice_titles(data),
        "signatories": [_signatory(person, place) for place, person in enumerate(data.signatories)],
        "address": fit(data.verify_url, fitting.ADDRESS, field="verify_url"),
    }


def _once(text: SheetText) -> str:
    """A text in both languages on one line; said once when both are the same."""
    return " · ".join(dict.fromkeys((text[ZH], text[EN])))


def _rule(name: Fitted) -> int:
    """Length of the gold rule under a name, in whole millimetres: a little longer than the name, never short."""
    longest = max(text_width(line) for line in name.lines) * name.points * fitting.MM_PER_POINT
    return min(max(round(longest) + 24, 90), 226)


def _hours(data: SheetData) -> str:
    """Hours without trailing zeros: 24, 7.5."""
    return f"{data.hours:f}".rstrip("0").rstrip(".") if "." in f"{data.hours:f}" else f"{data.hours:f}"


def _english_date(data: SheetData) -> str:
    """The day as 3 November 2026, whatever language the process is speaking."""
    with translation.override("en"):
        return dateformat.format(data.completed_on, "j F Y")


def _practice_titles(data: SheetData) -> Fitted | None:
    """The titles on one line, or None: they say more than the number, but never at the cost of the sheet."""
    if not data.practice_titles:
        return None
    line = "、".join(data.practice_titles)
    try:
        return fit(line, fitting.LINE, field="practices")
    except SheetError:
        return None


def _signatory(person: Signatory, place: int) -> _FittedSignatory:
    """One signatory, fitted to a column."""
    return _FittedSignatory(
        name=fit(person.name, fitting.SIGNATORY, field="signatories"),
        role_zh=fit(person.role[ZH], fitting.ROLE, field="signatories"),
        role_en=fit(person.role[EN], fitting.ROLE, field="signatories"),
        image=f"signature-{place}" if person.signature_svg is not None else "",
    )


def _images(data: SheetData) -> dict[str, str]:
    """The images of one sheet, by the key under which the template names them."""
    images = {"frame": frame_svg(), "watermark": watermark_svg(), "seal": seal_svg(), "qr": qr_svg(data.verify_url)}
    for place, person in enumerate(data.signatories):
        if person.signature_svg is not None:
            images[f"signature-{place}"] = person.signature_svg
    return images


@lru_cache(maxsize=4)
def _css(folder: str) -> str:
    """The style sheet of a design."""
    return (TEMPLATE_DIR / folder / "sheet.css").read_text(encoding="utf-8")
