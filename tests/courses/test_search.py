"""Searching: exact for Chinese, English and pinyin, the same on both databases, and never what one may not read."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Page, PageViewRestriction

from courses.grams import phrase, pinyin, readings, terms, tokens, units
from courses.models import CoursePage, LessonPage, PracticePage, SearchEntry
from courses.selectors.search import explained, search, visible_to
from courses.services.searching import rebuild_search
from tests.factories.content import DEMONSTRATION, kept_for_a_module, site_with_course
from tests.factories.learning import a_cohort, a_learner
from tests.factories.people import a_person, an_operator

pytestmark = [pytest.mark.django_db, pytest.mark.database]
GUEST = AnonymousUser()


@pytest.fixture(scope="module", autouse=True)
def demonstration(
    django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[CoursePage]:
    with (
        override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")),
        kept_for_a_module(django_db_blocker, lambda: site_with_course(DEMONSTRATION)) as course,
    ):
        yield course


def titles(query: str, language: str = "zh-hans", **options: object) -> list[str]:
    return [entry.title for entry in search(query, user=GUEST, language=language, **options)]  # type: ignore[arg-type]


def all_words(entry: SearchEntry) -> list[list[str]]:
    return [units(text) for text in (entry.title, entry.summary, entry.people, *entry.text.split("\n"))]


def holds(sequence: list[str], part: list[str]) -> bool:
    return any(sequence[start : start + len(part)] == part for start in range(len(sequence) - len(part) + 1))


def by_reading_everything(query: str, language: str) -> set[str]:
    """Return what a patient person would find: every entry in which each term stands somewhere, or sounds so."""
    found = set()
    for entry in SearchEntry.objects.filter(locale=language):
        heard = [pinyin(text) for text in (entry.title, *entry.people.split("\n"))]
        if all(
            any(holds(text, units(term)) for text in all_words(entry))
            or any(holds(sound, way) for sound in heard for way in readings(term))
            for term in terms(query)
        ):
            found.add(entry.title)
    return found


CHINESE = [
    *("信箱", "心里话信箱", "留守儿童", "谈心", "家长", "寄宿", "生日", "食堂", "回信", "孩子", "听", "饭"),
    *("信箱 安全", "一对一谈心", "未成年人保护法", "老师，孩子"),
]
MIXED = [
    *("110", "打110", "letter box", "xinxiang", "tanxin", "信箱 xin", "ｌｅｔｔｅｒ", "CC BY", "Listening"),
    *("boarding schools", "信箱letter", "贵州 xinxiang", "QQ"),
]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("query", [*CHINESE, *MIXED])
def test_a_query_finds_exactly_what_reading_everything_finds(query: str, language: str) -> None:
    found = titles(query, language)
    assert set(found) == by_reading_everything(query, language)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("query", CHINESE)
def test_the_chinese_queries_find_something(query: str) -> None:
    assert titles(query)


def test_what_is_found_in_the_title_comes_first() -> None:
    found = titles("信箱")
    with_it = [title for title in found if "信箱" in title]
    assert with_it
    assert found[: len(with_it)] == with_it
    assert titles("一封一回的心里话信箱")[0] == "一封一回的心里话信箱"


def test_pinyin_finds_by_the_sound_of_the_title_and_says_so() -> None:
    (found,) = [e for e in search("xinlihua", user=GUEST, language="zh-hans") if e.title == "一封一回的心里话信箱"]
    assert explained(found, "xinlihua").reason == "pinyin"


def test_a_result_shows_why_it_is_there_and_is_safe() -> None:
    page = PracticePage.objects.filter(locale__language_code="zh-hans").first()
    assert page is not None
    page.title, page.summary = "<b>信箱</b>&", "先说信，箱再说。"
    page.save_revision().publish()
    entry = SearchEntry.objects.get(page=page)
    found = explained(entry, "信箱")
    assert found.title == "&lt;b&gt;<b>信箱</b>&lt;/b&gt;&amp;"
    assert "先说<b>信，箱</b>再说" in found.snippet
    assert found.reason == "title"


def test_only_one_kind() -> None:
    entries = search("孩子", user=GUEST, language="zh-hans", kind="practice")
    assert {entry.kind for entry in entries} == {"practice"}


@pytest.mark.parametrize(
    "query", ["", "   ", "，。！", "\x00", "'", '"', "a" * 500, "%_", "(", "* OR *", "NEAR(", "信" * 300]
)
def test_odd_queries_find_nothing_or_something_but_never_break(query: str) -> None:
    assert isinstance(titles(query), list)
    assert Client().get("/zh-hans/search/", {"q": query, "kind": "x", "page": "-9"}).status_code == 200


def test_drafts_and_what_was_withdrawn_are_not_found() -> None:
    page = PracticePage.objects.get(locale__language_code="zh-hans", title="一封一回的心里话信箱")
    page.title = "草稿里的怪词饕餮"
    page.save_revision()
    assert titles("饕餮") == []
    page.refresh_from_db()
    page.unpublish()
    assert "一封一回的心里话信箱" not in titles("信箱")
    assert not SearchEntry.objects.filter(page=page).exists()


def test_a_cohorts_own_course_is_found_by_its_members_only(demonstration: CoursePage) -> None:
    CoursePage.objects.all().update(access="members")
    lessons = search("孩子", user=GUEST, language="zh-hans", kind="lesson")
    assert not lessons.exists()
    cohort = a_cohort(course=demonstration)
    member = a_learner(cohort=cohort).user
    assert search("孩子", user=member, language="zh-hans", kind="lesson").exists()
    assert search("孩子", user=an_operator(), language="zh-hans", kind="lesson").exists()
    assert not search("孩子", user=a_person(), language="zh-hans", kind="lesson").exists()
    assert titles("孩子", kind="practice"), "practices are open to all"


def test_private_pages_are_not_found() -> None:
    library = PracticePage.objects.filter(locale__language_code="zh-hans")[0].get_parent()
    PageViewRestriction.objects.create(page=library, restriction_type="login")
    assert not titles("孩子", kind="practice")


def test_a_deleted_and_a_moved_page(demonstration: CoursePage) -> None:
    lesson = LessonPage.objects.descendant_of(demonstration)[0]
    assert SearchEntry.objects.get(page=lesson).course_key == demonstration.translation_key
    other = demonstration.copy(update_attrs={"slug": "other"}, recursive=True, keep_live=True)
    module = other.get_children()[0]
    Page.objects.get(slug=lesson.slug, path__startswith=module.path).delete()
    Page.objects.get(pk=lesson.pk).move(Page.objects.get(pk=module.pk), pos="last-child")
    assert SearchEntry.objects.get(page=lesson).course_key == other.translation_key
    lesson.refresh_from_db()
    lesson.delete()
    assert not SearchEntry.objects.filter(page_id=lesson.pk).exists()


def test_rebuilding_gives_the_same_rows() -> None:
    fields = ("page", "kind", "locale", "course_key", "title", "people", "summary", "text")
    before = list(SearchEntry.objects.order_by("page").values(*fields))
    SearchEntry.objects.all().delete()
    assert rebuild_search() == len(before)
    assert list(SearchEntry.objects.order_by("page").values(*fields)) == before
    assert titles("信箱")


def test_nothing_in_this_language_shows_what_another_has(client: Client) -> None:
    text = client.get("/en/search/", {"q": "心里话信箱"}).content.decode()
    assert "In another language" in text
    assert "<b>心里话信箱</b>" in text
    assert "心里话" not in client.get("/en/search/", {"q": "letter box"}).content.decode()


def test_answers_to_questions_are_not_given_away() -> None:
    assert not titles("再想想 挖苦人 字迹")


def test_the_page_costs_the_same_for_few_and_for_many(client: Client, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(8):
        client.get("/zh-hans/search/", {"q": "孩子"})
    assert visible_to(GUEST).count() > 20


WORDS = st.text(alphabet="信箱孩子听a1B，。 é-", max_size=20)


@given(WORDS, WORDS)
def test_a_phrase_of_tokens_is_found_exactly_where_the_units_stand_together(text: str, query: str) -> None:
    """The index is a stand-in here: tokens beside each other, as both databases keep them."""
    wanted = units(query)
    if wanted:
        indexed = tokens(units(text)).split()
        assert holds(indexed, phrase(wanted).split()) == holds(units(text), wanted)
