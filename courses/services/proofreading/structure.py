"""How a page is built: summary, headings, questions with feedback, and what a practice must bring."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from courses.enums import QUESTION_TYPES
from courses.models import LessonPage, PracticePage
from courses.services.proofreading.findings import Draft, Finding, Part, Severity, paragraphs, structures_in, texts_in


def summary(page: Draft) -> Iterator[Finding]:
    """Yield a finding when nothing says what the page is for."""
    if hasattr(page, "summary") and not (page.summary or "").strip():
        sentence = _("There is no summary. One sentence helps readers decide whether to open it.")
        severity = Severity.SHOULD if page._meta.get_field("summary").blank else Severity.MUST
        yield Finding("summary_missing", sentence, severity)


def headings(parts: Sequence[Part]) -> Iterator[Finding]:
    """Yield a finding for each heading with nothing under it."""
    blocks = [part for part in parts if part.kind]
    for part, following in zip_longest(blocks, blocks[1:]):
        if part.kind == "heading" and (following is None or following.kind == "heading"):
            sentence = _("Nothing stands under the heading “%(heading)s”.") % {"heading": part.value}
            yield Finding("heading_empty", sentence, block=part.block)


def questions(page: Draft, parts: Sequence[Part]) -> Iterator[Finding]:
    """Yield a finding when a lesson asks nothing, and for each question without feedback."""
    asked = [part for part in parts if part.kind in (*QUESTION_TYPES, "draw")]
    if isinstance(page, LessonPage) and not asked:
        yield Finding("no_question", _("The lesson asks nothing. One question helps readers remember."))
    for number, part in enumerate(asked, 1):
        if part.kind == "draw":
            yield from _drawn(part)
        elif any(_without_feedback(part.value)):
            sentence = _("Question %(number)s has an answer without feedback. A wrong answer is where we can teach.")
            yield Finding("no_feedback", sentence % {"number": number}, Severity.MUST, part.block)


def _drawn(part: Part) -> Iterator[Finding]:
    bank = part.value.get("bank")
    if bank and any(any(_without_feedback(question.value)) for question in bank.questions):
        sentence = _(
            "The question bank “%(bank)s” has an answer without feedback. A wrong answer is where we can teach."
        )
        yield Finding("no_feedback", sentence % {"bank": bank}, block=part.block)


def _without_feedback(value: Any) -> Iterator[bool]:
    for structure in structures_in(value):
        for name in structure:
            if name.startswith("feedback"):
                yield not any(text.strip() for text in texts_in(structure[name]))


def practice(page: Draft) -> Iterator[Finding]:
    """Yield what a practice lacks before others may use it."""
    if not isinstance(page, PracticePage):
        return
    if not page.licence.strip():
        sentence = _("The practice has no licence: nobody would know whether they may use it.")
        yield Finding("licence_missing", sentence, Severity.MUST)
    if not page.credit.strip():
        yield Finding("credit_missing", _("The practice does not say whose work it is."), Severity.MUST)
    if not paragraphs(page.risks or ""):
        sentence = _("The practice does not say what can go wrong and what protects the children.")
        yield Finding("risks_missing", sentence, Severity.MUST)
