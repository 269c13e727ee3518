"""Comments that a reviewer keeps to say again."""

import hashlib
import uuid
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cohorts.models import SavedComment
from cohorts.services.drafts import plain_words
from foundation.refusals import Refused

LONGEST_COMMENT: Final = 1000
"""Characters."""

MOST_COMMENTS: Final = 30
"""Of one reviewer; a longer list takes longer to search than to write anew."""


@transaction.atomic
def keep_comment(*, owner: Any, text: str, at: datetime) -> SavedComment:
    """Keep words to say again; the same words twice are one comment. Raises ``Refused`` (422, 409)."""
    text = plain_words(text).strip()
    if not text:
        raise Refused("no_words", _("There is nothing to keep yet. Write a comment first."), status=422)
    if len(text) > LONGEST_COMMENT:
        raise Refused(
            "too_long", _("A comment that is kept has at most 1,000 characters. Your words are still here."), status=422
        )
    text_hash = hashlib.sha256(text.encode()).hexdigest()
    mine = SavedComment.objects.filter(owner=owner)
    if not mine.filter(text_hash=text_hash).exists() and mine.count() >= MOST_COMMENTS:
        raise Refused("too_many", _("Thirty comments are enough to keep. Delete one first."), status=409)
    comment, _is_new = SavedComment.objects.update_or_create(
        owner=owner, text_hash=text_hash, defaults={"text": text, "used_at": at}
    )
    return comment


def use_comment(*, owner: Any, number: uuid.UUID, at: datetime) -> str:
    """Return the words of a comment and note that it was used; nothing for one that is not there any more."""
    comment = SavedComment.objects.filter(owner=owner, uuid=number).first()
    if comment is None:
        return ""
    comment.used_at = at
    comment.save(update_fields=["used_at"])
    return comment.text


def forget_comment(*, owner: Any, number: uuid.UUID) -> None:
    """Delete a comment; what was said with it stays said."""
    SavedComment.objects.filter(owner=owner, uuid=number).delete()
