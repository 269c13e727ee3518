"""A second person publishes: nobody brings their own words before learners (docs/decisions/0035).

What somebody wrote since a page was last published keeps them from publishing it, until somebody else has read it and
handed it in. Asked by every door that publishes, through ``PageRights.can_publish``. A "page" here is whatever has
drafts: a question bank too.
"""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import F, Q, QuerySet
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

    Asks about words only, not about rights: the rights are ``PageRights``' matter.
    """
    if page.pk is None:
        return _("A second person publishes what you write. Save it as a draft first.")
    if not has_own_words(user=user, page=page):
        return ""
    others = [str(person) for person in who_may_publish(page) if not has_own_words(user=person, page=page)]
    if not others:
        return _(
            "You changed this page since it was last published, so a second person publishes it. "
            "Nobody here may do that yet: ask an operator to make somebody an editor."
        )
    sentence = _("You changed this page since it was last published, so a second person publishes it. Ask: %(names)s.")
    return sentence % {"names": " · ".join(others[:MOST_NAMES])}


def has_own_words(*, user: Any, page: Draft) -> bool:
    """Tell whether the page holds words of this person that are not published and that nobody else handed in."""
    since = published_words(page)
    if _has_translated(user, page, since.created_at if since else None):
        return True
    last = _last_change(user, page, since)
    return last is not None and not _was_handed_in(user, page, last)


def published_words(page: Draft) -> Revision | None:
    """Return the revision that was published last; ``None`` when there is none, or when it was written over since."""
    published = page.live_revision or last_published(page)
    if published is None or page.last_published_at is None or published.created_at > page.last_published_at:
        return None
    return published


def hands_of(page: Draft, *, since: Revision | None) -> list[int]:
    """Return the ids of those who wrote or translated after a revision (from the beginning: ``None``), first first."""
    writers = (revision.user_id for revision in _since(page, since).exclude(pk__in=_gathered()).only("user_id"))
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


def _since(page: Draft, published: Revision | None) -> QuerySet[Revision]:
    revisions: QuerySet[Revision] = page.revisions.order_by("created_at", "pk")
    if published:
        later = Q(created_at__gt=published.created_at) | Q(created_at=published.created_at, pk__gt=published.pk)
        revisions = revisions.filter(later)
    return revisions


def _last_change(user: Any, page: Draft, published: Revision | None) -> Revision | None:
    """Return the person's last revision that changed words; saving without a change is none."""
    own = _since(page, published).filter(user=user).exclude(pk__in=_gathered())
    for revision in own.order_by("-created_at", "-pk"):
        before = _before(revision)
        if before is None or words_of(page, before) != words_of(page, revision):
            return revision
    return None


def _before(revision: Revision) -> Revision | None:
    try:
        previous: Revision = revision.get_previous()
    except Revision.DoesNotExist:
        return None
    return previous


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


def _was_handed_in(user: Any, page: Draft, change: Revision) -> bool:
    """Tell whether somebody else handed the page in for review after this change: they stand for it too."""
    state: TaskState | None = getattr(page, "current_workflow_task_state", None)
    submitter = getattr(state, "submitted_by_id", None)
    return bool(state and submitter not in (None, user.pk) and state.started_at >= change.created_at)


def _gathered() -> QuerySet[TranslationLog, Any]:
    """Return the revisions that only gather what was translated passage by passage, and were not written over since."""
    return TranslationLog.objects.filter(created_at__gte=F("revision__created_at")).values("revision_id")


def _has_translated(user: Any, page: Draft, since: datetime | None) -> bool:
    about = _translated(page, since) & Q(last_translated_by=user)
    return any(model.objects.filter(about).exists() for model in (StringTranslation, SegmentOverride))


def _translated(page: Draft, since: datetime | None) -> Q:
    about = Q(locale=page.locale_id, context__object_id=page.translation_key)
    return about & Q(updated_at__gt=since) if since else about
