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
from courses.selectors.search import entries_of, explained, search, visible_to
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


def titles(query: str, language: str = "zh-hans", user: object = GUEST, kind: str = "") -> list[str]:
    return [entry.title for entry in entries_of(search(query, user=user, language=language, kind=kind))]


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


LETTER_BOX, LETTER_LESSON = "一封一回的心里话信箱", "把“心里话信箱”办成孩子敢写的信箱"
DANGER = "当孩子说出危险的事"
CHINESE = {
    "心里话信箱": [LETTER_LESSON, LETTER_BOX],
    "回信": [LETTER_LESSON, LETTER_BOX],
    "一对一谈心": ["一对一谈心怎么开始", "大树下的一对一谈心"],
    "谈心": [
        *("一对一谈心怎么开始", "大树下的一对一谈心", "让倾听成为全校的习惯", LETTER_BOX, "亲子午餐日"),
    ],
    "家长会": ["家长为什么不来", "同一张饭桌", "亲子午餐日"],
    "洗衣": ["洗澡、洗衣和面子", "洗澡洗衣轮值表"],
    "爷爷奶奶": ["祖辈课堂：给爷爷奶奶留个座位", "亲子午餐日"],
    "亲情电话": ["亲情电话角"],
    "宿舍 开放": ["宿舍开放日"],
    "宿舍开放日": ["宿舍开放日"],
    "家访": ["走一趟回家的路", "家访地图：走一趟回家的路"],
    "大手牵小手": ["大手牵小手", "离家的头一个星期"],
    "睡前": ["睡前十分钟", "睡前十分钟"],
    "留守儿童": [
        *("让倾听成为全校的习惯", "先听，再问", "家长为什么不来", "假期里的节奏", "帮他，不可怜他", "今晚谁在家"),
        "家访地图：走一趟回家的路",
    ],
    "强制报告": [LETTER_LESSON, DANGER, LETTER_BOX],
}
MIXED = {
    "打110": [LETTER_LESSON, DANGER, LETTER_BOX],
    "110 信箱": [LETTER_LESSON, LETTER_BOX],
    "xinxiang": [LETTER_LESSON, LETTER_BOX],
    "信箱 xinlihua": [LETTER_LESSON, LETTER_BOX],
    "一封一回 xinxiang": [LETTER_BOX],
    "shengri": ["全班一起过生日"],
    "家访 jiafang": ["家访地图：走一趟回家的路"],
    "大树 tanxin": ["一对一谈心怎么开始", "大树下的一对一谈心"],
    "国发〔2016〕13号": [
        *("让倾听成为全校的习惯", "家长为什么不来", "假期里的节奏", "今晚谁在家", "家访地图：走一趟回家的路"),
    ],
    "亲子 wucan": ["亲子午餐日", "祖辈课堂：给爷爷奶奶留个座位"],
    "洗衣 xizao": ["洗澡、洗衣和面子", "洗澡洗衣轮值表"],
    "ｘｉｎｘｉａｎｇ　回信": [LETTER_LESSON, LETTER_BOX],
}
"""What stands in the demonstration, checked by reading it; titles that hold the query come first in this list too."""

ODD = [
    "孩子",
    "听",
    "老师，孩子",
    "letter box",
    "boarding schools",
    "Listening",
    "CC BY",
    "信箱letter",
    "未成年人保护法",
]


@pytest.mark.parametrize(("query", "expected"), [*CHINESE.items(), *MIXED.items()])
def test_a_query_finds_what_a_reader_expects(query: str, expected: list[str]) -> None:
    assert sorted(titles(query)) == sorted(expected)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("query", [*CHINESE, *MIXED, *ODD])
def test_a_query_finds_exactly_what_reading_everything_finds(query: str, language: str) -> None:
    found = search(query, user=GUEST, language=language)
    assert {entry.title for entry in entries_of(found)} == by_reading_everything(query, language)
    assert len(found) == len(set(found))


def test_an_author_is_found_by_name_and_by_its_sound() -> None:
    by_name = titles("示例校长")
    assert len(by_name) == 12
    assert titles("shilixiaozhang") == by_name
    (first, *_) = entries_of(search("shilixiaozhang", user=GUEST, language="zh-hans"))
    assert explained(first, "shilixiaozhang").reason == "pinyin"
    assert explained(first, "示例校长").reason == "people"


def test_what_is_found_in_the_title_comes_first() -> None:
    found = titles("信箱")
    with_it = [title for title in found if "信箱" in title]
    assert with_it
    assert found[: len(with_it)] == with_it
    assert titles("一封一回的心里话信箱")[0] == "一封一回的心里话信箱"


def test_pinyin_finds_by_the_sound_of_the_title_and_says_so() -> None:
    ids = search("xinlihua", user=GUEST, language="zh-hans")
    (found,) = [entry for entry in entries_of(ids) if entry.title == LETTER_BOX]
    assert explained(found, "xinlihua").reason == "pinyin"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("宿舍洗澡", [DANGER]),
        ("信箱谈心", [LETTER_BOX, "让倾听成为全校的习惯"]),
        ("liu shou", ["先听，再问", "今晚谁在家"]),
        ("liushou", ["先听，再问", "今晚谁在家"]),
        ("宿舍恐龙", []),
        ("kong long", []),
    ],
)
def test_words_written_together_and_sounds_of_the_summary_are_found_when_nothing_else_is(
    query: str, expected: list[str]
) -> None:
    assert by_reading_everything(query, "zh-hans") == set(), "found as it stands, nothing would be loosened"
    assert sorted(titles(query)) == sorted(expected)


def test_what_was_found_apart_is_marked_apart() -> None:
    (entry, *_rest) = entries_of(search("宿舍洗澡", user=GUEST, language="zh-hans"))
    found = explained(entry, "宿舍洗澡")
    assert "<b>宿舍</b>" in found.title + found.snippet
    assert found.reason == "text"


@pytest.mark.parametrize("query", ["laundry", "children", "parent", "打110"])
def test_a_word_as_it_stands_is_not_said_to_sound_like_it(query: str) -> None:
    language = "en" if query.isascii() else "zh-hans"
    found = [explained(entry, query) for entry in entries_of(search(query, user=GUEST, language=language))]
    assert found
    assert "pinyin" not in {one.reason for one in found}
    assert all("<b>" in one.title + one.snippet for one in found)


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
    ids = search("孩子", user=GUEST, language="zh-hans", kind="practice")
    assert {entry.kind for entry in entries_of(ids)} == {"practice"}


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
    assert not titles("孩子", kind="lesson")
    cohort = a_cohort(course=demonstration)
    member = a_learner(cohort=cohort).user
    assert titles("孩子", user=member, kind="lesson")
    assert titles("孩子", user=an_operator(), kind="lesson")
    assert not titles("孩子", user=a_person(), kind="lesson")
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
    client.get("/zh-hans/search/", {"q": "孩子"})
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
