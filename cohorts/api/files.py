"""Photos and voice notes from a phone, in parts that may be sent again: announced, added to, asked about, removed."""

import uuid

from django.http import HttpRequest
from django.utils import timezone, translation
from ninja import Field, Query
from ninja.errors import HttpError
from ninja.security import django_auth

from cohorts.api.common import (
    FAULTS,
    PARTS_A_MINUTE,
    WRITINGS_A_MINUTE,
    FaultOut,
    ResultOut,
    Text,
    keep_within,
    router,
)
from cohorts.api.submissions import SentIn
from cohorts.enums import FileKind
from cohorts.services.events import clean_id, clean_text
from cohorts.services.incoming import Announced, FileResult, begin_file, remove_file, state_of_file, take_part
from cohorts.services.limits import LARGEST_PART
from cohorts.services.reasons import in_words
from cohorts.services.submissions import work_from_device
from foundation.refusals import Refused


class FileIn(SentIn):
    """A file that will come in parts. `id` becomes the number of the photo or voice note."""

    prompt: Text = Field(max_length=200, description="photos answer a question for photos, voice notes one for words")
    kind: FileKind
    bytes: int = Field(ge=0, le=2**31 - 1, description="photo: at most 8,000,000; recording: 3,000,000")
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="of the whole file, in lower-case hexadecimal")
    type: Text = Field("", max_length=200, description="what the device calls it; the bytes decide")


class FileOut(ResultOut):
    """How a file stands. `received` is the offset of the next part, whatever the status says."""

    received: int = 0
    state: str = Field(default="", description="arriving | done | refused")


def _out(result: FileResult) -> FileOut:
    return FileOut(
        id=str(result.id),
        status=result.status,
        code=result.code,
        why=result.why,
        received=result.received,
        state=result.state,
    )


@router.post(
    "/submissions/{uuid:key}/files/",
    auth=django_auth,
    response={200: FileOut, **FAULTS},
    summary="Announce a photo or a voice note",
)
def begin(request: HttpRequest, key: uuid.UUID, announced: FileIn) -> FileOut:
    """Begin a file, or tell how much of it is here already (`duplicate`). Goes on with `PATCH …/files/<id>/`."""
    keep_within(request, "files", most=WRITINGS_A_MINUTE)
    now = timezone.now()
    language = translation.get_language() or ""
    try:
        work, assignment = work_from_device(
            user=request.user, enrolment_uuid=announced.enrolment, key=key, language=language, at=now
        )
        file = Announced(
            announced.id,
            clean_id(announced.prompt),
            announced.kind.value,
            announced.bytes,
            announced.sha256,
            clean_text(announced.type)[:100],
        )
        return _out(begin_file(submission=work, assignment=assignment, announced=file, at=now))
    except Refused as refusal:
        status = {409: "conflict", 429: "retry"}.get(refusal.status, "rejected")
        status = "rejected" if refusal.code == "closed" else status
        return FileOut(id=str(announced.id), status=status, code=refusal.code, why=in_words(refusal))


@router.patch(
    "/submissions/files/{uuid:number}/",
    auth=django_auth,
    response={200: FileOut, 404: FaultOut, **FAULTS},
    summary="Add a part to a file",
    openapi_extra={"requestBody": {"content": {"application/octet-stream": {"schema": {"type": "string"}}}}},
)
def add_part(request: HttpRequest, number: uuid.UUID, offset: int = Query(ge=0, le=2**31 - 1)) -> FileOut:
    """Add the raw body (at most 65,536 bytes) at `offset`. The last part completes the file.

    `duplicate`: this part is here. `conflict` with code `wrong_place`: go on at `received`. `rejected`: the whole file
    was looked at and is not taken; `why` says why, now and whenever it is asked again.
    """
    keep_within(request, "parts", most=PARTS_A_MINUTE)
    if _announced_length(request) > LARGEST_PART or len(request.body) > LARGEST_PART:
        raise HttpError(413, "too large")
    return _out(take_part(user=request.user, number=number, offset=offset, content=request.body, at=timezone.now()))


def _announced_length(request: HttpRequest) -> int:
    """Return how many bytes the header announces. Raises ``HttpError`` (400) for what is no number."""
    try:
        return int(request.headers.get("Content-Length") or 0)
    except ValueError as error:
        raise HttpError(400, "no length") from error


@router.get(
    "/submissions/files/{uuid:number}/",
    auth=django_auth,
    response={200: FileOut, 404: FaultOut, **FAULTS},
    summary="How much of a file has arrived",
)
def get_file(request: HttpRequest, number: uuid.UUID) -> FileOut:
    """Tell how a file stands, and where to go on."""
    keep_within(request, "parts", most=PARTS_A_MINUTE)
    return _out(state_of_file(user=request.user, number=number, at=timezone.now()))


@router.delete(
    "/submissions/files/{uuid:number}/",
    auth=django_auth,
    response={200: FileOut, 404: FaultOut, **FAULTS},
    summary="Take a photo or voice note off the report being written",
)
def delete_file(request: HttpRequest, number: uuid.UUID) -> FileOut:
    """Remove it, on its way or arrived; reports handed in with it keep it. Removing twice changes nothing."""
    keep_within(request, "files", most=WRITINGS_A_MINUTE)
    try:
        return _out(remove_file(user=request.user, number=number, at=timezone.now()))
    except Refused as refusal:
        if refusal.status == 404:
            raise
        return FileOut(id=str(number), status="rejected", code=refusal.code, why=in_words(refusal))
