"""The practice library: found by theme and cost, read whole, with its credit, and no dearer with two thousand."""

import json
from typing import Any

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from courses.models import PracticePage, PracticeStats, Theme
from courses.selectors.library import Wanted
from tests.factories import content
from tests.factories.people import a_person
from tests.factories.practices import a_practice, library, many_practices
from tests.factories.queries import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]

LIBRARY = "/zh-hans/practices/"


@pytest.fixture
def themes() -> list[Theme]:
    keys = {"talks": "谈心", "meals": "吃饭", "nights": "夜里"}
    return [Theme.objects.create(key=key, names={"zh-hans": name, "en": key}) for key, name in keys.items()]


def tried(practice: PracticePage, schools: int) -> None:
    PracticeStats.objects.create(practice_key=practice.translation_key, schools_tried=schools)


def titles(query: str = "", *, language: str = "zh-hans") -> list[str]:
    response = Client().get(f"/{language}/practices/{query}")
    assert response.status_code == 200
    return [page.title for page in response.context["practices"]]


# --- the list ---------------------------------------------------------------------------------------------------------


def test_theme_and_cost_narrow_together_and_the_count_is_told(themes: list[Theme]) -> None:
    talks, meals, _nights = themes
    a_practice(title="免费谈心", themes=[talks], cost="none")
    a_practice(title="贵的谈心", themes=[talks, meals], cost="high")
    a_practice(title="免费午餐", themes=[meals], cost="none")
    assert set(titles("?theme=talks")) == {"免费谈心", "贵的谈心"}
    assert titles("?theme=talks&cost=none") == ["免费谈心"]
    page = Client().get(f"{LIBRARY}?theme=talks&cost=none").content.decode()
    assert "4 条来自校长的实践" in page
    assert "有 1 条符合。" in page
    assert 'href="/zh-hans/practices/?theme=meals&amp;cost=none"' in page, "one filter is kept when another changes"


@pytest.mark.parametrize(
    "query",
    [
        "?theme=nothing",
        "?cost=1%27%20OR",
        "?order=title__pk",
        "?page=999",
        "?page=x",
        "?page=-1",
        "?theme=%00&cost[]=1",
    ],
)
def test_what_nobody_offers_is_as_if_it_were_not_said(query: str) -> None:
    assert titles(query) == ["信箱"]


def test_what_most_schools_tried_comes_first_unless_the_newest_are_asked_for() -> None:
    first, second = a_practice(title="试过的"), a_practice(title="新写的")
    tried(first, 12)
    assert titles()[0] == "试过的"
    assert titles("?order=new")[0] == "新写的"
    assert "12 校试行" in Client().get(LIBRARY).content.decode()
    assert second.title in titles()


def test_drafts_and_the_other_language_are_not_in_it() -> None:
    a_practice(title="没写完", live=False)
    a_practice(title="In English", language="en")
    assert titles() == ["信箱"]
    assert set(titles(language="en")) == {"In English", "A letter box"}


def test_an_empty_library_asks_for_the_first_and_a_filter_without_any_says_so(themes: list[Theme]) -> None:
    a_practice(themes=[themes[0]], cost="high")
    page = Client().get(f"{LIBRARY}?theme=talks&cost=low").content.decode()
    assert "没有同时符合这些条件的实践。" in page
    PracticePage.objects.update(live=False)
    page = Client().get(LIBRARY).content.decode()
    assert "这里还没有做法" in page or "还没有" in page
    assert "/zh-hans/practices/write/" in page


def test_five_hundred_are_read_page_by_page_and_none_is_lost() -> None:
    many_practices(500)
    seen = [title for number in range(1, 28) for title in titles(f"?page={number}")]
    assert len(seen) == 502, "the page after the last is the last, with one practice on it"
    assert len(set(seen)) == 501
    assert 'href="?order=new&amp;page=2"' in Client().get(f"{LIBRARY}?order=new").content.decode()


def test_the_address_says_only_what_was_chosen() -> None:
    assert Wanted().query() == ""
    assert Wanted(theme="talks").query(cost="low") == "theme=talks&cost=low"
    assert Wanted(theme="talks", order="new").query(theme="") == "order=new"


@pytest.mark.parametrize("query", ["", "?theme=talks", "?cost=low&order=new&page=3"])
def test_two_thousand_practices_cost_no_more_queries_than_ten(themes: list[Theme], query: str) -> None:
    many_practices(100, themes=themes, cost="low")
    few = queries_of(Client(), f"{LIBRARY}{query}")
    many_practices(1900, themes=themes, cost="low")
    lots = queries_of(Client(), f"{LIBRARY}{query}")
    assert len(lots) == len(few) <= 12, "\n".join(lots)
    assert not any("body" in sql for sql in _asked_of_cards(query)), "no body is loaded for a list"


def _asked_of_cards(query: str) -> list[str]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        Client().get(f"{LIBRARY}{query}")
    return [q["sql"] for q in captured.captured_queries if "practicepage" in q["sql"]]


# --- one practice -----------------------------------------------------------------------------------------------------


def read(practice: PracticePage) -> str:
    return Client().get(practice.url).content.decode()


def test_what_is_there_is_shown_and_what_is_not_leaves_no_heading() -> None:
    whole = a_practice(
        problem="<p>孩子什么也不说。</p>",
        context="<p>六十个孩子。</p>",
        people="班主任",
        effort="每周一次",
        cost="none",
        suits="<p>寄宿学校。</p>",
        evidence="<p>他先开口了。</p>",
        sources="<p>一本书</p>",
        region="示例省",
    )
    bare = a_practice()
    headings = (
        "原来哪里不对",
        "来自怎样的学校",
        "需要什么",
        "适合谁",
        "看见了什么变化",
        "参考资料",
        "用到它的课",
        "<dt>改编自",
    )
    for heading in headings[:6]:
        assert heading in read(whole), heading
    for heading in headings:
        assert heading not in read(bare), heading
    for always in ("当心：保护孩子", "CC BY 4.0", "示例学校"):
        assert always in read(bare), always


def test_lessons_that_use_it_are_named_in_the_readers_language() -> None:
    practice = PracticePage.objects.get(title="信箱")
    chinese = content.lesson("ask")
    chinese.body = json.dumps([{"type": "practice", "id": "c", "value": {"page": practice.pk, "note": ""}}])
    chinese.save_revision().publish()
    assert chinese.title in read(practice)
    english = PracticePage.objects.get(translation_key=practice.translation_key, locale__language_code="en")
    page = read(english)
    assert content.lesson("ask", "en").title not in page, "the English lesson does not lead to it"
    assert chinese.title in page, "rather in another language than not at all"
    chinese.unpublish()
    assert chinese.title not in read(practice)


def test_a_practice_that_an_editor_made_private_is_not_told_of(themes: list[Theme]) -> None:
    practice = a_practice(themes=themes)
    private = a_practice(title="内部的做法", themes=themes, adapted_from=practice)
    assert read(practice).count(private.title) == 2
    assert private.title in read(library())
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    assert private.title not in read(practice)
    assert private.title not in read(library())


def test_a_private_library_shows_its_practices_to_those_it_lets_in() -> None:
    practice, client = a_practice(), Client()
    PageViewRestriction.objects.create(page=library(), restriction_type=PageViewRestriction.LOGIN)
    assert client.get(library().url).status_code == 302
    client.force_login(a_person())
    assert practice.title in client.get(library().url).text


def test_a_lesson_that_an_editor_made_private_is_not_told_of() -> None:
    practice = PracticePage.objects.get(title="信箱")
    assignment = content.assignment()
    assert assignment.title in read(practice)
    PageViewRestriction.objects.create(page=assignment, restriction_type=PageViewRestriction.LOGIN)
    assert assignment.title not in read(practice)


def test_the_credit_of_all_it_was_adapted_from_is_kept() -> None:
    first = a_practice(title="最早的", credit="甲校")
    second = a_practice(title="改过一次", credit="乙校", adapted_from=first)
    third = a_practice(title="改过两次", credit="丙校", adapted_from=second)
    page = read(third)
    assert page.index("改过一次") < page.index("最早的")
    for word in ("甲校", "乙校", first.url, second.url):
        assert word in page
    assert "改过一次" in read(first), "and the first names what was made of it"
    first.unpublish()
    assert "甲校" in read(third)
    assert first.url not in read(third)


def test_the_chain_is_told_in_the_readers_language() -> None:
    original = a_practice(title="最早的", credit="甲校")
    a_practice(title="The first", credit="School A", language="en", translation_key=original.translation_key)
    adapted = a_practice(title="Mine", language="en", adapted_from=original)
    page = read(adapted)
    assert "The first" in page
    assert "School A" in page
    assert "最早的" not in page


def test_a_source_that_was_never_published_is_not_told_of() -> None:
    draft = a_practice(title="没发布过", live=False)
    assert "没发布过" not in read(a_practice(adapted_from=draft))


def test_related_ones_stand_in_the_same_lesson_or_under_the_same_themes(themes: list[Theme]) -> None:
    practice = a_practice(themes=themes[:2])
    alike = a_practice(title="主题相同", themes=themes[:2])
    a_practice(title="主题不同", themes=[themes[2]])
    beside = a_practice(title="同一课")
    lesson = content.lesson("read")
    cards = [{"type": "practice", "id": str(p.pk), "value": {"page": p.pk, "note": ""}} for p in (practice, beside)]
    lesson.body = json.dumps(cards)
    lesson.save_revision().publish()
    related = Client().get(practice.url).context["related"]
    assert [page.title for page in related] == [beside.title, alike.title]


def test_a_practice_takes_the_same_queries_whatever_stands_beside_it(themes: list[Theme]) -> None:
    practice = a_practice(themes=themes, problem="<p>不说话。</p>")
    bare = queries_of(Client(), practice.url)
    many_practices(2000, themes=themes)
    for number in range(5):
        a_practice(title=f"改编{number}", adapted_from=practice)
    lots = queries_of(Client(), practice.url)
    assert len(lots) == len(bare) <= 14, "\n".join(lots)


def test_on_paper_there_is_its_address_and_a_sheet_of_its_own() -> None:
    page = read(a_practice())
    assert 'media="print"' in page
    assert '<p class="printed" hidden>http://testserver/zh-hans/practices/' in page


def test_the_screen_of_a_preview_is_the_same() -> None:
    from django.test import RequestFactory

    practice = a_practice()
    request: Any = RequestFactory().get("/")
    assert practice.get_context(request)["chain"] == []
    assert library().get_context(request)["total"] == 2
