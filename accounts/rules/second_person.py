"""A second person publishes: nobody brings their own words before learners (docs/decisions/0035).

What somebody wrote since a page was last published keeps them from publishing it, until somebody else has read it and
handed it in. Asked by every door that publishes, through ``PageRights.can_publish``. A "page" here is whatever has
drafts: a question bank too.
"""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache, cached_property
from hashlib import blake2b
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.log_actions import registry as log_registry
from wagtail.models import COMMENTS_RELATION_NAME, Page, Revision, TaskState
from wagtail.permissions import policy_registry
from wagtail_localize.models import SegmentOverride, StringTranslation, Translation, TranslationLog

WORDS_OF_EVERY_PAGE = frozenset({"title", "slug", "seo_title", "search_description", "show_in_menus"})
EDITORS_MARKS = re.compile(r' data-block-key=\\*"[^"\\]*\\*"|<p(?: data-block-key=\\*"[^"\\]*\\*")?></p>')
MOST_NAMES = 5

Draft = Any
"""A page, or something else with drafts and a language: the base classes of the two have nothing in common."""


def why_not_publish(*, user: Any, page: Draft) -> str:
    """Return why this person may not publish the page as it stands now, in a sentence; empty when they may.

    Asks about words only, not about rights: the rights are ``PageRights``' matter. The number of queries is the same
    however often the page was saved and however many people are asked.
    """
    if page.pk is None:
        return _("A second person publishes what you write. Save it as a draft first.")
    waiting = _Waiting(page)
    if not waiting.has_words_of(user):
        return ""
    free = (str(person) for person in who_may_publish(page) if not waiting.has_words_of(person))
    others = list(islice(free, MOST_NAMES))
    if not others:
        return _(
            "You changed this page since it was last published, so a second person publishes it. "
            "Nobody here may do that yet: ask an operator to make somebody an editor."
        )
    sentence = _("You changed this page since it was last published, so a second person publishes it. Ask: %(names)s.")
    return sentence % {"names": " · ".join(others)}


def published_words(page: Draft) -> Revision | None:
    """Return the revision that was published last; ``None`` when there is none, or when it was written over since."""
    if page.last_published_at is None:
        return None
    published = page.live_revision or last_published(page)
    if published is None or published.created_at > page.last_published_at:
        return None
    return published


def hands_of(page: Draft, *, since: Revision | None) -> list[int]:
    """Return the ids of those who wrote or translated after a revision (from the beginning: ``None``), first first."""
    writers = (revision.user_id for revision in _since(page, since).exclude(is_gathered=True).only("user_id"))
    about = _translated(page, since.created_at if since else None)
    translators = StringTranslation.objects.filter(about).order_by("pk").values_list("last_translated_by", flat=True)
    return [pk for pk in dict.fromkeys([*writers, *translators]) if pk is not None]


def last_published(page: Draft) -> Revision | None:
    """Return the revision that the log knows as published last: an unpublished page has forgotten it."""
    entries = log_registry.get_logs_for_instance(page).filter(action__startswith="wagtail.publish")
    entry = (
        entries.filter(revision__isnull=False)
        .exclude(action="wagtail.publish.schedule")
        .order_by("-timestamp", "-pk")
        .first()
    )
    return entry.revision if entry else None


def who_may_publish(page: Draft) -> QuerySet[Any]:
    """Return everybody with the right to publish here, whatever they wrote."""
    people: QuerySet[Any] = policy_registry.get(page).users_with_permission_for_instance("publish", page)
    return people


def translation_of(page: Draft) -> QuerySet[Translation]:
    """Return what makes this page a translation of another; empty for a page that was written in its language."""
    found: QuerySet[Translation] = Translation.objects.filter(
        source__object_id=page.translation_key, target_locale_id=page.locale_id
    )
    return found


class _Waiting:
    """What waits to be published on one page, read once and asked about several people."""

    def __init__(self, page: Draft) -> None:
        self.page = page
        self.since = published_words(page)

    def has_words_of(self, user: Any) -> bool:
        """Tell whether there are words of this person that are not published and that nobody else handed in."""
        if user.pk in self._translators:
            return True
        last = self._last_change_of(user)
        return last is not None and not self._was_handed_in(user, last)

    def _last_change_of(self, user: Any) -> Revision | None:
        """Return the person's last revision that changed words; saving without a change is none."""
        own = [pair for pair in self._pairs if pair[1].user_id == user.pk and not pair[1].is_gathered]
        words = self._words([revision for pair in own for revision in pair if revision])
        changed = (
            revision for before, revision in reversed(own) if not before or words[before.pk] != words[revision.pk]
        )
        return next(changed, None)

    @cached_property
    def _pairs(self) -> list[tuple[Revision | None, Any]]:
        """Every revision since the last publication, with the one before it; without their contents."""
        later = list(_since(self.page, self.since).defer("content"))
        return list(zip([self.since, *later], later, strict=False))

    @cached_property
    def _translators(self) -> set[int | None]:
        about = _translated(self.page, self.since.created_at if self.since else None)
        models = (StringTranslation, SegmentOverride)
        return {
            pk for model in models for pk in model.objects.filter(about).values_list("last_translated_by", flat=True)
        }

    @cached_property
    def _review(self) -> TaskState | None:
        state: TaskState | None = getattr(self.page, "current_workflow_task_state", None)
        return state

    def _was_handed_in(self, user: Any, change: Revision) -> bool:
        """Tell whether somebody else handed the page in for review after this change: they stand for it too."""
        submitter = getattr(self._review, "submitted_by_id", None)
        return bool(self._review and submitter not in (None, user.pk) and self._review.started_at >= change.created_at)

    def _words(self, revisions: list[Revision]) -> dict[int, bytes]:
        """Return marks of the words of revisions, by key: one query, and none for what was read on this page before."""
        known: dict[tuple[int, datetime], bytes] = self.page.__dict__.setdefault("_words_read", {})
        unread = {revision.pk for revision in revisions if (revision.pk, revision.created_at) not in known}
        if unread:
            for revision in Revision.objects.filter(pk__in=unread).iterator(chunk_size=20):
                words = words_of(self.page, revision).encode()
                known[revision.pk, revision.created_at] = blake2b(words, digest_size=16).digest()
        return {revision.pk: known[revision.pk, revision.created_at] for revision in revisions}


def _since(page: Draft, published: Revision | None) -> QuerySet[Revision]:
    """Return the revisions after one, the first first.

    ``is_gathered`` marks those that only gather what was translated passage by passage, unless they were written over.
    """
    gathering = TranslationLog.objects.filter(revision=OuterRef("pk"), created_at__gte=OuterRef("created_at"))
    revisions: QuerySet[Revision] = page.revisions.annotate(is_gathered=Exists(gathering)).order_by("created_at", "pk")
    if published:
        later = Q(created_at__gt=published.created_at) | Q(created_at=published.created_at, pk__gt=published.pk)
        revisions = revisions.filter(later)
    return revisions


def words_of(page: Draft, revision: Revision) -> str:
    """Return of a revision what a reader sees, as text that compares.

    Without what Wagtail notes about the page, its dates and comments, and without the marks and the empty paragraph
    that the editor adds by being opened.
    """
    notes = _notes_of_pages()
    words = {name: _opened(value) for name, value in revision.content.items() if name not in notes}
    return EDITORS_MARKS.sub("", json.dumps(words, sort_keys=True, ensure_ascii=False))


def _opened(value: Any) -> Any:
    """Return a stream as data instead of the text it is kept as, so that the order of keys does not count."""
    return json.loads(value) if isinstance(value, str) and value.startswith(("[{", "[]")) else value


@cache
def _notes_of_pages() -> frozenset[str]:
    fields: Iterable[Any] = Page._meta.get_fields()
    return frozenset({field.name for field in fields} - WORDS_OF_EVERY_PAGE | {"pk", COMMENTS_RELATION_NAME})


def _translated(page: Draft, since: datetime | None) -> Q:
    about = Q(locale=page.locale_id, context__object_id=page.translation_key)
    return about & Q(updated_at__gt=since) if since else about
