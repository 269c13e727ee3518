"""What the demonstration course promises its readers, looked at in the files themselves.

It is what a visitor judges, and what volunteers copy from: short lessons, questions that teach, a small step each, both
languages whole, sources, and no child who could be recognised.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

from courses.enums import QUESTION_TYPES
from tests.factories.content import DEMONSTRATION

LANGUAGES = ("zh-hans", "en")
HAN = re.compile(r"[\u4e00-\u9fff]")
TEACHING = ("text", "heading", "quotation", "callout", "case", "steps", "checklist", "comparison", "table")
"""Blocks that are read. Questions, reflections and polls are counted apart."""

NOT_READ = ("key", "type", "tone", "header", "row_header")
PRACTICE_FIELDS = (
    *("title", "summary", "themes", "problem", "context", "body", "people", "effort", "cost", "risks", "suits"),
    *("evidence", "sources", "region", "author", "school", "credit", "licence", "edition"),
)
NAMES = re.compile(
    r"小(?:[明军芳强丽华刚伟玲娟亮莉]|红(?!旗))|[赵钱孙李周吴郑王张刘陈杨黄]某"
    r"|(?:孩子|男孩|女孩|学生)名?叫做?[“「]?[\u4e00-\u9fff]{2,3}[”」，。]"
    r"|\b(?:boy|girl|child|pupil) (?:called|named) [A-Z]"
)
"""How a child is named in a story. Nobody is, not even by an invented name."""

FIGURES = re.compile(r"\d\s*[%％]|百分之|per ?cent\b")


def read(path: Path) -> dict[str, Any]:
    """Return a file of the course."""
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def files(pattern: str) -> list[Path]:
    """Return the course's files, in order; an empty list would test nothing."""
    found = sorted(DEMONSTRATION.glob(pattern))
    assert found, pattern
    return found


def name(path: Path) -> str:
    """Return a short name for the report of the tests."""
    return path.stem


def words(value: Any, language: str) -> Iterator[str]:
    """Yield every word in ``language`` that lies under ``value``, with plain strings that serve both languages."""
    if isinstance(value, dict) and set(value) & set(LANGUAGES):
        yield str(value[language])
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in NOT_READ:
                yield from words(inner, language)
    elif isinstance(value, list):
        for inner in value:
            yield from words(inner, language)


def translations(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every mapping of languages under ``value``."""
    if isinstance(value, dict) and set(value) & set(LANGUAGES):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from translations(inner)


def blocks(page: dict[str, Any], *types: str) -> list[dict[str, Any]]:
    """Return the page's blocks of those types."""
    return [block for block in page["body"] if block["type"] in types]


LESSONS = files("modules/*/lessons/*.yaml")
ASSIGNMENTS = files("modules/*/assignments/*.yaml")
PRACTICES = files("practices/*.yaml")
BANKS = files("banks/*.yaml")


def test_there_are_four_modules_seventeen_lessons_three_reports_and_twelve_practices() -> None:
    course = read(DEMONSTRATION / "course.yaml")
    assert course["modules"] == ["seeing", "listening", "parents", "boarding"]
    listed = [read(DEMONSTRATION / "modules" / key / "module.yaml") for key in course["modules"]]
    assert sum(len(module["lessons"]) for module in listed) == len(LESSONS) == 17
    assert sum(len(module.get("assignments", [])) for module in listed) == len(ASSIGNMENTS) == 3
    assert course["practices"] == [read(path)["key"] for path in PRACTICES]
    assert len(PRACTICES) == 12


@pytest.mark.parametrize("path", LESSONS, ids=name)
def test_a_lesson_is_read_in_ten_minutes(path: Path) -> None:
    lesson = read(path)
    read_aloud = "".join(words(blocks(lesson, *TEACHING), "zh-hans"))
    assert 500 <= len(HAN.findall(read_aloud)) <= 900
    assert 5 <= lesson["minutes"] <= 10


@pytest.mark.parametrize("path", LESSONS, ids=name)
def test_a_lesson_asks_teaches_and_leads_to_one_small_step(path: Path) -> None:
    lesson = read(path)
    assert 2 <= len(blocks(lesson, *QUESTION_TYPES, "draw")) <= 3
    assert len(blocks(lesson, *QUESTION_TYPES, "draw", "reflection", "poll")) <= 3
    assert len(blocks(lesson, "checklist")) == 1
    assert lesson["body"][-1]["type"] == "checklist", "the small step is what one leaves with"
    assert len(blocks(lesson, "picture")) <= 1
    for question in blocks(lesson, "single_choice", "multiple_choice"):
        right = [option["correct"] for option in question["options"]]
        assert any(right)
        assert not all(right)
        assert all(option["feedback"] for option in question["options"])
        assert len(set(words(question["options"], "zh-hans"))) == 2 * len(right), "each answer teaches something else"


@pytest.mark.parametrize("path", LESSONS, ids=name)
def test_a_lesson_says_who_wrote_it_and_what_it_rests_on(path: Path) -> None:
    lesson = read(path)
    for language in LANGUAGES:
        assert "- " in lesson["sources"][language]
        assert lesson["credit"][language]


def test_right_answers_are_not_always_in_the_same_place_nor_the_longest() -> None:
    places, longest = set(), 0
    questions = [question for path in LESSONS for question in blocks(read(path), "single_choice")]
    for question in questions:
        texts = [option["text"]["zh-hans"] for option in question["options"]]
        right = next(at for at, option in enumerate(question["options"]) if option["correct"])
        places.add(right)
        longest += len(texts[right]) == max(map(len, texts))
    assert places >= {0, 1, 2}
    assert longest < len(questions)


def test_every_way_of_asking_occurs() -> None:
    lessons = [read(path) for path in LESSONS]
    used = {block["type"] for lesson in lessons for block in lesson["body"]}
    assert set(QUESTION_TYPES) <= used
    assert sum(bool(blocks(lesson, "draw")) for lesson in lessons) == 1, "a bank stands whole on the page: it weighs"
    assert sum(bool(blocks(lesson, "poll")) for lesson in lessons) == 2
    assert sum(bool(blocks(lesson, "reflection")) for lesson in lessons) >= 3
    (bank,) = [read(path) for path in BANKS]
    assert len(bank["questions"]) == 6


@pytest.mark.parametrize("path", PRACTICES, ids=name)
def test_a_practice_is_told_in_full(path: Path) -> None:
    practice = read(path)
    for field in PRACTICE_FIELDS:
        assert practice[field], field
    assert blocks(practice, "steps")
    for field in ("region", "author", "school", "credit", "evidence", "context"):
        assert "示例" in practice[field]["zh-hans"], f"{field} is plainly a sample"
        assert "ample" in practice[field]["en"], f"{field} is plainly a sample"


def test_practices_lie_under_every_theme_and_one_adapts_another() -> None:
    practices = [read(path) for path in PRACTICES]
    themes = [theme["key"] for theme in read(DEMONSTRATION / "themes.yaml")]  # type: ignore[index]
    assert {theme for practice in practices for theme in practice["themes"]} == set(themes)
    assert len([practice for practice in practices if "adapted_from" in practice]) == 1


@pytest.mark.parametrize("path", ASSIGNMENTS, ids=name)
def test_an_assignment_asks_to_try_a_practice_and_says_how_it_is_judged(path: Path) -> None:
    assignment = read(path)
    assert assignment["practice"] in [read(practice)["key"] for practice in PRACTICES]
    assert 3 <= len(assignment["rubric"]) <= 5
    assert all(len(criterion["levels"]) == 3 for criterion in assignment["rubric"])
    assert [prompt["kind"] for prompt in assignment["prompts"]].count("photos") == 1
    for language, warning in (("zh-hans", "当天"), ("en", "the same day")):
        assert warning in assignment["introduction"][language], "danger does not belong in a report"


@pytest.mark.parametrize("path", files("**/*.yaml"), ids=name)
def test_both_languages_are_whole(path: Path) -> None:
    for words_of in translations(read(path)):
        assert set(words_of) == set(LANGUAGES), words_of
        for language, text in words_of.items():
            assert isinstance(text, str), words_of
            assert text.strip(), words_of
            assert language == "zh-hans" or not HAN.search(text), text


@pytest.mark.parametrize("path", files("**/*.yaml"), ids=name)
def test_no_child_is_named_and_no_figure_is_made_up(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not (found := NAMES.search(text)), found
    assert not (found := FIGURES.search(text)), f"{found}: a share needs a source that can be looked up"


def test_the_search_for_names_and_figures_finds_them() -> None:
    for named in ("小明哭了", "王某说", "有个女孩叫李小花，", "a boy called Ming"):
        assert NAMES.search(named), named
    for innocent in ("把孩子叫过去训一顿", "小声说", "a child called out"):
        assert not NAMES.search(innocent), innocent
    for figure in ("八成以上，也就是 85%", "百分之九十", "90 per cent"):
        assert FIGURES.search(figure), figure


def test_every_picture_is_used_drawn_and_light() -> None:
    licence = (DEMONSTRATION / "images" / "LICENCE.md").read_text(encoding="utf-8")
    used = {block["image"] for path in LESSONS for block in blocks(read(path), "picture")}
    pictures = files("images/*.png")
    assert {picture.name for picture in pictures} == used
    for picture in pictures:
        assert picture.with_suffix(".svg").exists()
        assert f"`{picture.stem}`" in licence
        assert picture.stat().st_size <= 120_000
        with Image.open(picture) as opened:
            assert opened.size == (1280, 800)


def test_no_sentence_of_a_template_stands_in_the_words_too() -> None:
    for path in LESSONS:
        lesson = read(path)
        assert not lesson["credit"]["en"].startswith("Written"), path
        for reflection in blocks(lesson, "reflection"):
            assert not re.search("Only you|只有您", str(reflection.get("help"))), path
