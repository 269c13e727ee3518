"""What the doors of this API share: the router, instants as devices tell them, limits, and how each is answered."""

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from pydantic import AfterValidator, BeforeValidator

from foundation.limits import is_over_limit
from foundation.refusals import Refused

router = Router(tags=["learning"])

MINUTE = 60
EVENTS_A_MINUTE = 120
"""Batches from one device. 500 events that wait are 10 to 30 batches."""

WRITINGS_A_MINUTE = 120
"""Drafts, announced files and reports from one device. A phone saves a draft every few seconds at most."""

PARTS_A_MINUTE = 1200
"""Six photos that no phone made smaller are 740 parts; shrunk ones are 30."""

DEVICES = 3
"""How many devices of one person may be at work at once before the account's own limit is reached."""

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _moment(said: datetime) -> datetime:
    """Return what a device's clock says, as an instant that can be reckoned with.

    Without a zone it is taken in the site's own. A clock that says less than 1970 or more than 2200 tells nothing
    about when; the answer that it stamped counts all the same.
    """
    instant = said if timezone.is_aware(said) else timezone.make_aware(said)
    return min(max(instant, EARLIEST), LATEST)


Moment = Annotated[datetime, AfterValidator(_moment)]


def _well_formed(said: Any) -> Any:
    """Return text that can be encoded: a field that cuts at so many characters may cut a smiley in two."""
    return said.encode("utf-8", "replace").decode() if isinstance(said, str) else said


Text = Annotated[str, BeforeValidator(_well_formed)]


class ResultOut(Schema):
    """What became of one thing that was sent."""

    id: str = Field(description="the number that the device gave it")
    status: str = Field(description="ok | duplicate | conflict | rejected | retry")
    why: str = Field("", description="a sentence for the person, in the language of `?lang=`")
    code: str = Field("", description="the same for programs")


class FaultOut(Schema):
    """Why a request as a whole was not answered. Comes with 401, 403, 404, 413, 422, 429 and 503."""

    code: str
    why: str


FAULTS = dict.fromkeys((401, 403, 413, 422, 429, 503), FaultOut)
"""What any door may say of a request as a whole. 409 is not among them: a conflict is one thing's (decision 0062)."""


def keep_within(request: HttpRequest, purpose: str, *, most: int) -> None:
    """Raise ``Refused`` (429) when this device, or this account on all its devices, asks too often.

    A device is a session: a school shares one address, and a phone cannot be asked to name itself truly.
    """
    account = str(request.user.pk)
    device = hashlib.sha256((request.session.session_key or account).encode()).hexdigest()[:32]
    over_device = is_over_limit(f"{purpose}:device", device, most=most, seconds=MINUTE)
    if is_over_limit(f"{purpose}:account", account, most=most * DEVICES, seconds=MINUTE) or over_device:
        sentence = _("This is too much at once. Everything is kept on this device and goes on in a minute.")
        raise Refused("too_often", sentence, status=429)
