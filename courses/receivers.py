"""What follows from things that happen in Wagtail."""

from typing import Any

from django.db.models.signals import post_save
from django.utils import timezone
from wagtail.models import Page, Revision
from wagtail.signals import page_published, page_unpublished, post_page_move
from wagtail_localize.models import StringTranslation

from courses.models import AssignmentPage, LessonPage, QuestionBank
from courses.services.practice_uses import record_uses
from courses.services.searching import KINDS, record_search_entries, record_search_entry
from courses.services.translating.pairs import follow_source, keep_words_of
from courses.services.translating.stale import settle
from courses.services.versions import record_version, record_versions_of_bank


def connect() -> None:
    """Listen; called from ``AppConfig.ready``."""
    page_published.connect(version_published_lesson, sender=LessonPage, dispatch_uid="courses.version")
    for model in KINDS:
        for signal in (page_published, page_unpublished):
            signal.connect(index_page, sender=model, dispatch_uid="courses.search")
    post_page_move.connect(index_moved_pages, dispatch_uid="courses.search")
    for model in (LessonPage, AssignmentPage):
        post_save.connect(note_practices, sender=model, dispatch_uid=f"courses.uses.{model.__name__}")
    post_save.connect(version_lessons_of_bank, sender=QuestionBank, dispatch_uid="courses.bank_versions")
    page_published.connect(follow_published_page, dispatch_uid="courses.translations")
    post_save.connect(follow_published_bank, sender=QuestionBank, dispatch_uid="courses.bank_translations")
    post_save.connect(settle_translated_passage, sender=StringTranslation, dispatch_uid="courses.translated_passage")


def version_published_lesson(instance: LessonPage, **_: Any) -> None:
    """Keep a version of each lesson that is published, so that answers to it can always be graded.

    Wagtail sends the signal also when a page gets a date; its version is kept when the date has come.
    """
    if not instance.live:
        return
    record_version(lesson=instance, at=timezone.now())


def index_page(instance: Page, **_: Any) -> None:
    """Let a lesson or practice be found from when it is published until it is not."""
    record_search_entry(page=instance)


def index_moved_pages(instance: Page, **_: Any) -> None:
    """Note the course that moved lessons lie in now."""
    record_search_entries(below=instance)


def note_practices(
    instance: LessonPage | AssignmentPage, raw: bool = False, update_fields: Any = None, **_: Any
) -> None:
    """Keep the rows that say which practices a page leads to, each time the page itself is written.

    Saving a draft of a live page writes only that there is one (``update_fields``): the page still is what it was.
    """
    if not raw and update_fields is None:
        record_uses(page=instance)


def version_lessons_of_bank(instance: QuestionBank, raw: bool = False, update_fields: Any = None, **_: Any) -> None:
    """Keep versions of the lessons that draw from a bank that was published.

    Saving a draft writes only that there is one (``update_fields``).
    """
    if not raw and update_fields is None:
        record_versions_of_bank(bank=instance, at=timezone.now())


def follow_published_page(instance: Page, revision: Revision | None = None, alias: bool = False, **_: Any) -> None:
    """Mark what went stale in translations of this page; keep the words of a page that is a translation itself."""
    if alias or not instance.live:
        return
    now = timezone.now()
    follow_source(instance, at=now)
    keep_words_of(instance, at=revision.created_at if revision else now, actor=revision.user if revision else None)


def follow_published_bank(instance: QuestionBank, raw: bool = False, update_fields: Any = None, **_: Any) -> None:
    """Do the same for a question bank; saving a draft of it writes only that there is one (``update_fields``)."""
    if raw or update_fields is not None or not instance.live:
        return
    now, revision = timezone.now(), instance.latest_revision
    follow_source(instance, at=now)
    keep_words_of(instance, at=revision.created_at if revision else now, actor=revision.user if revision else None)


def settle_translated_passage(instance: StringTranslation, raw: bool = False, **_: Any) -> None:
    """Take the mark off a passage that a translator said anew, or said again."""
    if not raw:
        settle(instance)
