"""A link that lets a draft be read on a phone without signing in, for a day (docs/decisions/0033)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from courses.rendering import latest_draft
from foundation.refusals import Refused
from foundation.services.audit import record_audit

VALID_FOR = timedelta(hours=24)
PURPOSE = "courses.drafts.share"
"""The salt: a signature made for anything else opens no draft."""


@dataclass(frozen=True)
class SharedDraft:
    """A draft that may be read without signing in, until a moment."""

    page: Page
    token: str
    until: datetime


def share_draft(*, page: Page, actor: Any, at: datetime) -> SharedDraft:
    """Return a link to the newest draft of this page, good for a day. It cannot be called back, only run out."""
    until = at + VALID_FOR
    value = f"{page.translation_key.hex}.{page.locale.language_code}.{int(until.timestamp()):x}"
    with transaction.atomic():
        record_audit(action="draft shared", subject=f"page:{page.translation_key}", actor=actor, at=at, page=page.pk)
    return SharedDraft(page, _signer().sign(value), until)


def open_draft(*, token: str, at: datetime) -> SharedDraft:
    """Return the newest draft that ``token`` leads to.

    Raises ``Refused``: 404 for a link that was changed or whose page is gone, 410 for one that has run out.
    """
    key, language, until = _read(token)
    if at >= until:
        raise Refused(
            "expired",
            _("This link to a draft has run out: it works for one day. Please ask its sender for a new one."),
            status=410,
        )
    page = Page.objects.filter(translation_key=key, locale__language_code=language).select_related("locale").first()
    if page is None:
        raise Refused("gone", _("The draft that this link led to has been deleted."), status=404)
    return SharedDraft(latest_draft(page), token, until)


def _read(token: str) -> tuple[UUID, str, datetime]:
    """Return what ``share_draft`` wrote; only what it signed gets as far as being taken apart."""
    try:
        key, language, until = _signer().unsign(token).split(".")
    except BadSignature:
        raise Refused(
            "unknown",
            _("This link does not lead to a draft. Perhaps a part of it was lost on the way: please copy it whole."),
            status=404,
        ) from None
    return UUID(hex=key), language, datetime.fromtimestamp(int(until, 16), tz=UTC)


def _signer() -> Signer:
    return Signer(salt=PURPOSE)
