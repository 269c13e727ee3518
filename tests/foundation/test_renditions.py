"""Renditions that two requests make at once: all pages name the same files, and none is left that no row knows."""

import gc
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.images import ImageFile
from wagtail.images.models import Filter

from foundation.models import Picture, Rendition
from tests.factories.photos import a_jpeg

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.database,
    # Wagtail leaves the temporary files of renditions to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

SPECS = ("format-webp|width-64", "format-jpeg|width-64")


@pytest.fixture
def picture(settings: Any, tmp_path: Path) -> Picture:
    settings.MEDIA_ROOT = tmp_path
    return Picture.objects.create(title="长凳", file=ImageFile(BytesIO(a_jpeg(80, 60)), name="bench.jpg"))


def test_who_comes_second_shows_what_the_first_one_stored(
    picture: Picture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other request writes its rows after this one has looked whether there are any."""
    filters = [Filter(spec=spec) for spec in SPECS]
    store = Rendition.objects.bulk_create
    with picture.file.open() as file:
        original = file.read()

    def store_as_second(made: list[Rendition], **options: Any) -> list[Rendition]:
        store([picture.generate_rendition_instance(one, BytesIO(original)) for one in filters])
        return store(made, **options)

    monkeypatch.setattr(Rendition.objects, "bulk_create", store_as_second)
    shown = picture.get_renditions(*filters)
    stored = {row.filter_spec: row.file.name for row in Rendition.objects.all()}
    assert {spec: rendition.file.name for spec, rendition in shown.items()} == stored
    again = Picture.objects.get().get_renditions(*filters)
    assert {spec: rendition.file.name for spec, rendition in again.items()} == stored
    files = {f"images/{path.name}" for path in (tmp_path / "images").iterdir()}
    assert files == set(stored.values()), "no file without a row"
    gc.collect()  # here, where what Wagtail leaves open is no fault; else another test would be blamed
