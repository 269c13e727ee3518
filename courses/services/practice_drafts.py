"""Writing a practice on the phone: kept as typed, handed in as a draft page that an editor reads first."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import MessageEvent
from accounts.services.messages import settle
from courses.models import PracticeDraft, PracticeDraftPhoto, PracticePage
from courses.selectors.practice_drafts import link_of, standing_of
from courses.services.practice_pages import page_of_draft
from foundation.refusals import Refused
from foundation.services.audit import record_audit
from foundation.uploads import Upload, clean_photo, random_name

MOST_PHOTOS = 4
LONGEST_ANSWER = 5000  # characters; the form's fields take less
LONGEST_ALT = 200

Answers = Mapping[str, Any]
"""What was typed: words by field, a list for the themes, true for what was ticked."""


def save_draft(
    *,
    draft_uuid: uuid.UUID,
    author: Any,
    language: str,
    answers: Answers,
    at: datetime,
    adapts_key: uuid.UUID | None = None,
) -> PracticeDraft:
    """Keep what was typed, under the number that the form carries. Fields that are not named keep what they had.

    Raises ``Refused``: 404 when the number is another person's, 409 when the practice was handed in already with other
    words. The same words again are the same draft.
    """
    with transaction.atomic():
        draft, is_new = PracticeDraft.objects.get_or_create(
            uuid=draft_uuid,
            defaults={"author": author, "language": language, "adapts_key": adapts_key, "saved_at": at},
        )
        draft = _locked(draft)
        if draft.author_id != author.pk:
            raise Refused("not_yours", _("There is no such practice."), status=404)
        kept = draft.answers | {name: _plain(value) for name, value in answers.items()}
        if kept == draft.answers and not is_new:
            return draft
        require_writable(draft)
        draft.answers, draft.saved_at = kept, at
        draft.save(update_fields=["answers", "saved_at"])
    return draft


def require_writable(draft: PracticeDraft) -> None:
    """Raise ``Refused`` (409) when the author may not write now: it lies with the editors, or is published."""
    if not standing_of(draft).is_writable:
        sentence = _("This practice was handed in already, so it was not changed. What you just wrote is shown below.")
        raise Refused("handed_in", sentence, status=409)


def too_many_photos() -> Any:
    """Return the sentence for more photos than a practice takes."""
    return _("Four photos are enough. Remove one to add another.")


def photos_without_words() -> Any:
    """Return the sentence for photos that say nothing to who cannot see them."""
    return _("A photo still lacks a few words. Say what is to be seen on it, for readers who cannot load or see it.")


def add_photo(*, draft: PracticeDraft, file: Upload, at: datetime) -> PracticeDraftPhoto:
    """Shrink a photo, strip what it tells about place and device, and keep it. The same photo twice is one photo.

    Raises ``UploadRefused`` when the file is no photo we can take, and ``Refused`` when there are enough already.
    """
    clean = clean_photo(file)
    with transaction.atomic():
        draft = _locked(draft)
        require_writable(draft)
        if known := draft.photos.filter(sha256=clean.sha256).first():
            return known
        if draft.photos.count() >= MOST_PHOTOS:
            raise Refused("too_many_photos", too_many_photos())
        photo = PracticeDraftPhoto(
            draft=draft, sha256=clean.sha256, width=clean.width, height=clean.height, added_at=at
        )
        photo.file.save(f"practices/{random_name(clean.extension)}", ContentFile(clean.content), save=False)
        photo.save()
    return photo


@transaction.atomic
def describe_photos(*, draft: PracticeDraft, words: Mapping[str, str]) -> None:
    """Keep what each photo shows, ``{photo uuid: words}``. Raises ``Refused`` (409) when it was handed in meanwhile."""
    for photo in draft.photos.all():
        alt = _plain(words.get(str(photo.uuid), photo.alt)).strip()[:LONGEST_ALT]
        if alt != photo.alt:
            require_writable(draft)
            photo.alt = alt
            photo.save(update_fields=["alt"])


@transaction.atomic
def remove_photo(*, draft: PracticeDraft, photo_uuid: uuid.UUID) -> None:
    """Take a photo off the draft and delete it for good. What the editors' page holds goes with the next version."""
    draft = _locked(draft)
    require_writable(draft)
    photo = draft.photos.filter(uuid=photo_uuid).first()
    if photo is None:
        return
    photo.delete()
    transaction.on_commit(partial(photo.file.storage.delete, str(photo.file.name)))


@transaction.atomic
def submit_practice(*, draft: PracticeDraft, cleaned: Answers, actor: Any, at: datetime) -> PracticePage:
    """Hand in a draft whose answers are complete (``cleaned``), and return its page, which nobody but editors sees.

    The first time it becomes a page of the library, not live; after it was returned, a new version of the same page.
    Either way the library's workflow, when there is one, starts or goes on. Handed in twice it is one page.
    Raises ``Refused`` when a photo has no words: an editor could not publish the page, and did not see the place.
    """
    draft = _locked(draft)
    if not standing_of(draft).is_writable:
        if draft.page is None:  # cannot be; said for the reader of types
            raise Refused("handed_in", _("This practice was handed in already."), status=409)
        return draft.page
    if draft.photos.filter(alt="").exists():
        raise Refused("photo_without_words", photos_without_words(), status=422)
    written = page_of_draft(draft=draft, cleaned=cleaned, actor=actor)
    page = written.page
    draft.page, draft.sent, draft.submitted_at = page, written.sent, at
    draft.save(update_fields=["page", "sent", "submitted_at"])
    _ask_for_review(page, actor)
    settle(recipient=actor, event=MessageEvent.CONTENT_RETURNED, link=link_of(draft.uuid), at=at)
    record_audit(action="practice.submitted", subject=f"practice:{page.translation_key}", actor=actor, at=at)
    return page


def _ask_for_review(page: PracticePage, actor: Any) -> None:
    """Start the page's workflow, or let the one go on that asked for changes."""
    running = page.current_workflow_state
    if running is not None and running.status == running.STATUS_NEEDS_CHANGES:
        running.resume(user=actor)
    elif running is None and (workflow := page.get_workflow()):
        workflow.start(page, actor)


def _plain(value: Any) -> Any:
    """Return what was typed as every database takes it: with plain line ends, without NUL, and not endless."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\0", "")[:LONGEST_ANSWER]
    if isinstance(value, list):
        return [_plain(str(item)) for item in value[:20]]
    return bool(value)


def _locked(draft: PracticeDraft) -> PracticeDraft:
    return PracticeDraft.objects.select_for_update(of=("self",)).select_related("page").get(pk=draft.pk)
