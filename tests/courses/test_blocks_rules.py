"""What a block refuses to publish, on the field that is wrong; and how a table travels to its translators."""

from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from wagtail.blocks import StructBlockValidationError
from wagtail.models import Locale
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments
from wagtail_localize.segments.ingest import ingest_segments
from wagtail_localize.strings import StringValue

from courses.blocks import LessonBody
from courses.blocks.tables import CellsBlock, rows_of
from courses.models import LessonPage
from foundation.models import Recording
from tests.factories import content
from tests.factories.bodies import a_drawing, a_handout, a_heard_recording, block, grid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


def the_block(name: str) -> Any:
    return LessonBody().child_blocks[name]


def refused(name: str, value: dict[str, Any]) -> dict[str, Any]:
    """Return the faults by field, publishing; expect that a draft of the same is taken."""
    kind = the_block(name)
    given = kind.to_python(value)
    kind.clean_deferred(given)
    with pytest.raises(StructBlockValidationError) as fault:
        kind.clean(kind.to_python(value))
    return dict(fault.value.block_errors)


FILM = {"title": "午餐", "link": "", "file": None, "megabytes": None, "poster": None, "summary": "一起吃饭。"}


def test_a_film_is_a_link_or_a_file() -> None:
    mp4 = a_handout("a.mp4").pk
    assert set(refused("video", FILM)) == {"link"}
    assert set(refused("video", FILM | {"link": "https://example.org/a", "megabytes": 3, "file": mp4})) == {"file"}
    assert set(refused("video", FILM | {"link": "https://example.org/a"})) == {"megabytes"}
    assert set(refused("video", FILM | {"file": a_handout("a.docx").pk})) == {"file"}
    film = the_block("video")
    film.clean(film.to_python(FILM | {"file": mp4}))
    film.clean(film.to_python(FILM | {"link": "https://example.org/a", "megabytes": "3.5"}))


def test_a_picture_says_what_it_shows_or_is_decoration() -> None:
    pk = a_drawing().pk
    said = {"image": {"image": pk, "alt_text": "", "decorative": False}, "caption": ""}
    fault = refused("picture", said)["image"]
    assert isinstance(fault, StructBlockValidationError)
    assert set(fault.block_errors) == {"alt_text"}
    kind = the_block("picture")
    for words in ({"alt_text": "长凳", "decorative": False}, {"alt_text": "", "decorative": True}):
        assert kind.clean(kind.to_python({"image": {"image": pk, **words}, "caption": ""}))


def test_sound_needs_its_words_and_must_be_heard(now: datetime) -> None:
    recording = a_heard_recording(now)
    value = {"recording": recording.pk, "title": "一段话", "transcript": ""}
    assert set(refused("audio", value)) == {"transcript"}
    Recording.objects.filter(pk=recording.pk).update(status="failed", reason="not_sound")
    assert set(refused("audio", value | {"transcript": "<p>全文。</p>"})) == {"recording"}


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "空的"),
        ([["", None], ["", ""]], "空的"),
        ([["时间", "事"]], "空的"),
        ([["时间", "事"], ["周一"]], "格子数"),
        ([["时间", "事"], ["", ""], ["周一", "谈心"]], "有一行是空的"),
        ([["时间", ""], ["周一", "谈心"]], "没有标题"),
        ([list("一二三四五"), list("abcde")], "四列"),
        ([["时间", "事"], *([["周一", "谈心"]] * 30)], "30"),
    ],
)
def test_a_table_without_sense_is_refused(rows: list[list[Any]], says: str) -> None:
    fault = refused("table", {"caption": "安排", "cells": grid(rows)})["cells"]
    assert isinstance(fault, ValidationError)
    assert says in str(fault.messages[0])


def test_a_table_loses_what_is_empty_at_its_end() -> None:
    assert rows_of(grid([["a", "b", ""], ["c", None, None], ["", "", ""]])) == [["a", "b"], ["c", ""]]
    kind = the_block("table")
    cleaned = kind.clean(
        kind.to_python({"caption": "安排", "cells": grid([["a", "b", ""], ["c", "d", ""], ["", "", ""]])})
    )
    assert cleaned["cells"]["data"] == [["a", "b"], ["c", "d"]]


def test_a_table_has_heads_and_a_caption() -> None:
    kind = the_block("table")
    html = kind.render(
        kind.to_python({"caption": "一周<安排>", "cells": grid([["时间", "事"], ["周一", "谈心"]], "both")})
    )
    assert "<caption>一周&lt;安排&gt;</caption>" in html
    assert html.count('scope="col"') == 2
    assert '<th scope="row">周一</th>' in html
    assert 'tabindex="0"' in html, "it can be scrolled by the keyboard"


# --- translators -----------------------------------------------------------------------------------------------------

ROWS = [["时间", "人数", "做什么"], ["周一", "12", "谈心"], ["周三", "8", "谈心"]]
WORDS = {"时间": "When", "人数": "People", "做什么": "What", "周一": "Monday", "周三": "Wednesday", "谈心": "Talk"}


def segments_of(rows: list[list[Any]]) -> dict[str, str]:
    """Return what translators get: name → words."""
    found = CellsBlock().get_translatable_segments(grid(rows))
    return {segment.path: segment.render_text() for segment in found}


def test_every_cell_with_words_is_translated_at_its_place_and_numbers_not_at_all() -> None:
    places = ["r1c1", "r1c2", "r1c3", "r2c1", "r2c3", "r3c1", "r3c3"]
    words = ["时间", "人数", "做什么", "周一", "谈心", "周三", "谈心"]
    assert segments_of(ROWS) == dict(zip(places, words, strict=True))


def test_a_row_put_in_above_moves_the_places_below_it_and_no_others() -> None:
    """What was said of the moved cells goes along: tests/courses/test_translation_words.py."""
    before, after = segments_of(ROWS), segments_of([ROWS[0], ["周日", "1", "写信"], *ROWS[1:]])
    assert {place: after[place] for place in ("r1c1", "r1c2", "r1c3")} == {
        place: before[place] for place in ("r1c1", "r1c2", "r1c3")
    }
    assert (after["r2c1"], after["r2c3"]) == ("周日", "写信")
    assert (after["r3c1"], after["r4c1"]) == (before["r2c1"], before["r3c1"]) == ("周一", "周三")


def test_a_table_comes_back_translated() -> None:
    lesson, english = content.lesson("read"), content.lesson("read", "en")
    lesson.body = [block("table", {"caption": "安排", "cells": grid(ROWS, "both")})]
    lesson.save()
    lesson = LessonPage.objects.get(pk=lesson.pk)
    segments = [s for s in extract_segments(lesson) if s.path.startswith("body.")]
    assert segments == [s for s in extract_segments(LessonPage.objects.get(pk=lesson.pk)) if s.path.startswith("body.")]
    translated = [
        StringSegmentValue(s.path, StringValue.from_plaintext(WORDS.get(s.render_text(), "A week")), order=s.order)
        for s in segments
        if isinstance(s, StringSegmentValue)
    ]
    assert len(translated) == 1 + len(segments_of(ROWS)), "the caption and every cell with words"
    ingest_segments(lesson, english, lesson.locale, Locale.objects.get(language_code="en"), translated)
    table = english.body[0].value
    assert table["caption"] == "A week"
    assert table["cells"]["data"] == [["When", "People", "What"], ["Monday", "12", "Talk"], ["Wednesday", "8", "Talk"]]
    assert table["cells"]["first_col_is_header"] is True
    assert LessonPage.objects.get(pk=lesson.pk).body[0].value["cells"]["data"] == ROWS
