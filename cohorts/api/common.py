"""What the doors of this API share: the router, instants as devices tell them, and how one thing is answered."""

from datetime import UTC, datetime
from typing import Annotated

from django.utils import timezone
from ninja import Router, Schema
from pydantic import AfterValidator

router = Router(tags=["learning"])

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _moment(said: datetime) -> datetime:
    """Return what a device's clock says, as an instant that can be reckoned with.

    Without a zone it is taken in the site's own. A clock that says less than 1970 or more than 2200 tells nothing
    about when; the answer that it stamped counts all the same.
    """
    instant = said if timezone.is_aware(said) else timezone.make_aware(said)
    return min(max(instant, EARLIEST), LATEST)


Moment = Annotated[datetime, AfterValidator(_moment)]


class ResultOut(Schema):
    """What became of one event."""

    id: str
    status: str
    why: str = ""
    code: str = ""
