"""All readings together."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.rendering import Weight
from courses.services.proofreading import pictures, required, structure, words
from courses.services.proofreading.findings import Draft, Finding, parts_of, plain_parts_of
from foundation.templatetags.terrace import kilobytes


def proofread(page: Draft, *, weight: Weight | None = None) -> list[Finding]:
    """Return what a careful colleague would say about ``page``, what must be mended first.

    Sentences are in the active language. ``weight`` adds what is too heavy; without it nothing is rendered.
    """
    return sorted(_all(page, weight), key=lambda finding: finding.severity)


def must_be_mended(page: Draft) -> list[Finding]:
    """Return what keeps ``page`` from being published."""
    return [finding for finding in proofread(page) if finding.is_must]


def sentences_to_mend(page: Draft) -> list[str]:
    """Return the same as sentences, for the gate before publishing."""
    return [finding.sentence for finding in must_be_mended(page)]


def _all(page: Draft, weight: Weight | None) -> Iterator[Finding]:
    parts = list(parts_of(page))
    language = page.locale.language_code
    yield from structure.practice(page)
    yield from structure.summary(page)
    yield from structure.headings(parts)
    yield from structure.questions(page, parts)
    for part in plain_parts_of(page):
        yield from words.names(part)
    for part in parts:
        yield from pictures.pictures(part)
        yield from pictures.sound(part)
        yield from words.names(part)
        yield from words.long_paragraphs(part)
        yield from words.links(part)
        yield from words.untranslated(part, language)
    yield from required.required(page)
    if weight:
        yield from _too_heavy(weight)


def _too_heavy(weight: Weight) -> Iterator[Finding]:
    for picture in weight.heavy_pictures:
        sentence = _("Picture %(number)s weighs %(size)s kB; 20 kB is the most. A simpler or smaller one loads sooner.")
        yield Finding("picture_heavy", sentence % {"number": picture.number, "size": kilobytes(picture.size)})
    if weight.is_text_over:
        sentence = _("The text weighs %(size)s kB; 14 kB is the most. Two lessons are better than one long one.")
        yield Finding("text_heavy", sentence % {"size": kilobytes(weight.text_only)})
    if weight.is_total_over:
        count = len(weight.pictures)
        sentence = ngettext(
            "With its picture the page weighs %(size)s kB; 60 kB is the most.",
            "With its %(count)d pictures the page weighs %(size)s kB; 60 kB is the most.",
            count,
        )
        yield Finding("page_heavy", sentence % {"size": kilobytes(weight.total), "count": count})
