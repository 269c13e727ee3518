"""Every block that volunteers write with: told in words, drawn by a template, shown before it is chosen."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.test import Client
from django.utils import translation
from django.utils.functional import Promise
from wagtail import blocks
from wagtail.admin import icons
from wagtail.admin.telepath import JSContext

from courses.blocks import BankQuestions, LessonBody, PracticeBody
from courses.models import PracticePage
from foundation.looks import script_sources
from foundation.styles import EXTRA_SHEETS, sheet_sources
from tests.factories import content
from tests.factories.bodies import a_drawing, a_handout, a_heard_recording, fill
from tests.factories.people import an_operator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]

STREAMS: dict[str, type[Any]] = {"lesson": LessonBody, "practice": PracticeBody, "bank": BankQuestions}
ALL = [(stream, name) for stream, kind in STREAMS.items() for name in kind().child_blocks]


def the_block(stream: str, name: str) -> blocks.Block:
    return STREAMS[stream]().child_blocks[name]


def parts_of(block: blocks.Block) -> Iterator[blocks.Block]:
    """Yield the blocks inside a block that an editor fills in."""
    if isinstance(block, blocks.StructBlock):
        inside = list(block.child_blocks.values())
    elif isinstance(block, blocks.ListBlock):
        inside = [block.child_block]
    else:
        return
    for child in inside:
        yield child
        yield from parts_of(child)


@pytest.mark.parametrize(("stream", "name"), ALL)
def test_a_block_says_what_it_is(stream: str, name: str) -> None:
    block = the_block(stream, name)
    assert isinstance(block.meta.label, Promise), "translatable"
    assert isinstance(block.meta.description, Promise)
    assert block.meta.group
    assert f'id="icon-{block.meta.icon}"' in icons.get_icons()
    assert get_template(block.meta.template)
    assert set(getattr(block.meta, "sheet", "").split()) <= set(EXTRA_SHEETS)


@pytest.mark.parametrize(("stream", "name"), ALL)
def test_every_field_of_a_block_has_a_label_that_can_be_translated(stream: str, name: str) -> None:
    for part in parts_of(the_block(stream, name)):
        is_item = isinstance(part, blocks.StructBlock)
        is_wagtails = type(part).__module__.startswith("wagtail.") and part.name in ("image", "decorative", "alt_text")
        assert is_item or is_wagtails or isinstance(part.meta.label, Promise), part.name


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("stream", "name"), ALL)
@pytest.mark.parametrize("site", ["empty", "full"])
def test_the_preview_of_a_block_can_be_drawn(site: str, stream: str, name: str, language: str, now: Any) -> None:
    if site == "full":
        a_drawing(), a_handout(), a_heard_recording(now)
    else:
        PracticePage.objects.update(live=False)
    block = the_block(stream, name)
    assert block.is_previewable
    client = Client()
    client.force_login(an_operator())
    with translation.override(language):
        response = client.get("/admin/block-preview/", {"id": block.definition_prefix})
    assert response.status_code == 200
    html = response.content.decode()
    shown = html.partition('<div class="lesson">')[2].partition("</main>")[0]
    assert len(shown) > 20, shown
    assert "None" not in shown
    assert 'href=""' not in shown
    assert "media/not-found" not in shown


def test_the_test_knows_an_icon_from_a_wish() -> None:
    assert 'id="icon-table"' in icons.get_icons()
    assert 'id="icon-arrows-up-down"' not in icons.get_icons()


def test_each_extra_sheet_is_asked_for_by_some_block() -> None:
    asked = {sheet for stream, name in ALL for sheet in getattr(the_block(stream, name).meta, "sheet", "").split()}
    assert asked | {"places", "screens"} == set(EXTRA_SHEETS), "two are asked for by the layouts"
    assert {
        path.stem.removeprefix("extra-") for path in (Path(settings.BASE_DIR) / "static/css").glob("extra-*.css")
    } == (set(EXTRA_SHEETS))


def test_a_page_carries_the_sheets_of_its_blocks_and_no_others(now: Any) -> None:
    lesson = content.lesson("read")
    assert Client().get(lesson.url).content.decode().count("<style>") == 1
    fill(lesson, 2, at=now, families=("table", "text"))
    response = Client().get(lesson.url)
    html = response.content.decode()
    assert html.count("<style>") == 2
    assert ".grid-block" in html
    assert ".media audio" not in html
    assert response["Content-Security-Policy"].count("'sha256-") == len(script_sources()) + len(sheet_sources())


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "在上方加一行"), ("en", "Add a row above")])
def test_the_grid_of_a_table_speaks_the_writers_language(language: str, said: str) -> None:
    widget = LessonBody().child_blocks["table"].child_blocks["cells"].field.widget
    with translation.override(language):
        packed = JSContext().pack(widget)
    options, strings, menu = packed["_args"]
    assert options["language"] == language
    assert menu["CONTEXTMENU_ITEMS_ROW_ABOVE"] == said
    is_chinese = all(re.search("[\u4e00-\u9fff]", words) for words in strings.values())
    assert is_chinese is (language == "zh-hans")


def test_the_editor_loads_our_grid_after_the_one_it_builds_on() -> None:
    client = Client()
    client.force_login(an_operator())
    text = client.get(f"/admin/pages/{content.lesson('ask').pk}/edit/").text
    assert 0 < text.index("table_block/js/table") < text.index("js/admin/table")
