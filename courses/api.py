"""What a phone asks in order to take a module along: what it weighs, and what it is made of."""

import uuid
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from courses.models import CoursePage
from courses.rendering import PageNotRenderedError
from courses.rendering.bundles import Manifest, manifest_of, module_of
from courses.selectors import ModuleOutline
from courses.services.access import may_read_module
from foundation.middleware import mark_public

router = Router(tags=["reading offline"])

MOST_MODULES = 40
"""Modules asked about at once; more than any course has."""


class WhyOut(Schema):
    """Why not, in the language of ``?lang=``."""

    code: str
    why: str


class WeightOut(Schema):
    """What a module weighs, in bytes, and which version that is."""

    version: str
    bytes: int
    text_bytes: int
    sound_bytes: dict[str, int]


class ManifestOut(WeightOut):
    """Everything that belongs to a module: ``files`` are ``[url, bytes, sha256, kind]``."""

    key: uuid.UUID
    title: str
    url: str
    files: list[tuple[str, int, str, str]]


class WeightsOut(Schema):
    """The modules asked about, by key. Those that are gone, or not for this reader, are not in it."""

    modules: dict[uuid.UUID, WeightOut]


Found = tuple[CoursePage, ModuleOutline]


@router.get("/bundles/", response=WeightsOut, summary="What modules weigh, and whether a newer version is out")
def get_weights(request: HttpRequest, asked: str = Query("", alias="keys")) -> HttpResponse:
    """Return version and weight of each module that this person may read; ``keys`` are parted by commas."""
    modules = {}
    for key in _keys(asked):
        found = module_of(key, get_language() or "")
        if found and may_read_module(user=request.user, course=found[0]) and (manifest := _manifest(found)):
            modules[str(key)] = {name: manifest[name] for name in WeightOut.model_fields}  # type: ignore[literal-required]
    return _kept_by_its_reader(JsonResponse({"modules": modules}))


@router.get(
    "/bundles/{uuid:key}/",
    response={200: ManifestOut, 403: WhyOut, 404: WhyOut, 503: WhyOut},
    summary="What a module is made of",
)
def get_bundle(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Return the manifest of a module. Its ETag is the version: who has it is answered 304."""
    found = module_of(key, get_language() or "")
    if found is None:
        return _refusal("gone", _("This module is not here any more."), HTTPStatus.NOT_FOUND)
    if not may_read_module(user=request.user, course=found[0]):
        return _refusal("members_only", _("This module is for members of a cohort."), HTTPStatus.FORBIDDEN)
    manifest = _manifest(found)
    if manifest is None:
        sentence = _("This module cannot be downloaded just now. Please try again later.")
        return _refusal("not_made", sentence, HTTPStatus.SERVICE_UNAVAILABLE)
    response = _kept_by_its_reader(JsonResponse(manifest))
    response["ETag"] = f'W/"{manifest["version"]}"'
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def _keys(said: str) -> list[uuid.UUID]:
    """Return the keys in ``said``, each once; what is no key counts as not said."""
    found: dict[uuid.UUID, None] = {}
    for part in said.split(",")[:MOST_MODULES]:
        try:
            found[uuid.UUID(part.strip())] = None
        except ValueError:
            continue
    return list(found)


def _manifest(found: Found) -> Manifest | None:
    """Return the manifest, or ``None`` when a page of the module cannot be rendered: its editors see why."""
    try:
        return manifest_of(*found)
    except PageNotRenderedError:
        return None


def _kept_by_its_reader(response: HttpResponse) -> HttpResponse:
    """A browser may keep it and asks each time; caches in between do not. Nothing in it is secret: it is squeezed."""
    response["Cache-Control"] = "private, no-cache"
    mark_public(response)
    return response


def _refusal(code: str, why: str, status: HTTPStatus) -> HttpResponse:
    return JsonResponse({"code": code, "why": why}, status=status, headers={"Cache-Control": "no-store"})
