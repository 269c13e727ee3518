"""Every template, and every page that people can reach by tapping: one heading, one language, nobody else's host."""

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.template import engines
from django.template.loader import get_template
from django.test import Client
from django.utils import timezone, translation

from accounts.models import User
from cohorts.selectors import facilitators_of
from courses.models import CoursePage
from tests.factories import content
from tests.factories.learning import a_cohort, a_draft, a_learner, a_report, a_review, all_lessons, send
from tests.factories.people import a_facilitator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]

TEMPLATES = Path(settings.BASE_DIR) / "templates"
MISSING = "⟦%s⟧"
"""What a template shows in the place of a variable that nobody gave it."""


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "name", sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file())
)
def test_every_template_compiles(name: str, language: str) -> None:
    if Path(name).suffix in {".html", ".txt", ".svg", ".xml"}:
        with translation.override(language):
            assert get_template(name)


class Page(HTMLParser):
    """What a test asks of a page's HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.language = ""
        self.headings: list[int] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.fields: list[dict[str, str | None]] = []
        self.faults: list[str] = []
        self.depth_of_label = 0
        self.titles = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if "style" in given or any(name.startswith("on") for name in given):
            self.faults.append(f"style or script in an attribute of <{tag}>")
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        look = getattr(self, f"see_{tag}", None)
        if look:
            look(given)

    def see_html(self, given: dict[str, str | None]) -> None:
        self.language = given.get("lang") or ""

    def see_title(self, given: dict[str, str | None]) -> None:
        self.titles += 1

    def see_a(self, given: dict[str, str | None]) -> None:
        if given.get("href"):
            self.links.append(given["href"] or "")

    def see_img(self, given: dict[str, str | None]) -> None:
        if "alt" not in given:
            self.faults.append(f"a picture without words: {given.get('src')}")

    def see_label(self, given: dict[str, str | None]) -> None:
        self.depth_of_label += 1
        self.labelled.add(given.get("for") or "")

    def see_input(self, given: dict[str, str | None]) -> None:
        if given.get("type") not in ("hidden", "submit"):
            self.fields.append(given | {"wrapped": "yes" if self.depth_of_label else None})

    see_textarea = see_select = see_input

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self.depth_of_label -= 1

    def all_faults(self) -> Iterator[str]:
        """Yield what is wrong, in words."""
        yield from self.faults
        if self.headings.count(1) != 1:
            yield f"{self.headings.count(1)} headings of the first rank"
        if self.titles < 1:
            yield "no title"
        yield from (f"two elements with the id {name}" for name, times in Counter(self.ids).items() if times > 1)
        for field in self.fields:
            if not (field["wrapped"] or field.get("id") in self.labelled or field.get("aria-label")):
                yield f"a field without a label: {field.get('name')}"


OTHER_HOST = re.compile(r"""https?://(?!testserver|terrace\.example|www\.w3\.org/)[^\s"'<>)]+""")


def faults_of(html: str, address: str) -> list[str]:
    """Return everything that is wrong with a page, in words."""
    page = Page(html)
    found = list(page.all_faults())
    expected = address.split("/")[1]
    if expected in ("zh-hans", "en") and page.language != expected:
        found.append(f"the language is {page.language!r}")
    elif page.language not in ("zh-hans", "en"):
        found.append("no language")
    found += [f"another host: {host}" for host in OTHER_HOST.findall(html)]
    found += [f"a variable that nobody gave: {name}" for name in re.findall(r"⟦(.*?)⟧", html)]
    found += [f"template text: {text}" for text in re.findall(r"\{[{%][^}]{0,40}", html)]
    return found


def policy_faults(response: Any) -> list[str]:
    """Return what a page's policy allows that no learner's page needs: script that stands in the page unvouched for."""
    rules = dict(rule.strip().partition(" ")[::2] for rule in response["Content-Security-Policy"].split(";"))
    return [f"the policy lets in {rules['script-src']}"] if "unsafe" in rules["script-src"] else []


def crawl(client: Client, *starts: str, most: int = 300) -> dict[str, list[str]]:
    """Follow every link of the site from ``starts``; return the faults of each page that has any."""
    waiting, seen, faulty = list(starts), set(starts), {}
    while waiting:
        address = waiting.pop(0)
        response = client.get(address, follow=True)
        final = response.redirect_chain[-1][0] if response.redirect_chain else address
        if response.streaming:
            b"".join(response.streaming_content)  # type: ignore[attr-defined]
            continue
        if response.status_code != 200:
            faulty[address] = [f"status {response.status_code}"]
            continue
        if not response["Content-Type"].startswith("text/html"):
            continue
        html = response.content.decode()
        if found := faults_of(html, final) + policy_faults(response):
            faulty[address] = found
        for link in Page(html).links:
            target = urlsplit(urljoin(final, link))
            following = target.path + (f"?{target.query}" if target.query else "")
            if target.netloc == "" and target.scheme == "" and following not in seen and not _leads_away(following):
                seen.add(following)
                waiting.append(following)
        assert len(seen) < most, f"the crawl does not end: {sorted(seen)}"
    assert len(seen) > 8, seen
    return faulty


def _leads_away(address: str) -> bool:
    """Tell whether an address is the admin's or a static file's, or makes the crawl endless."""
    return address.startswith(("/admin/", "/static/")) or ("lang=" in address and address.count("?") > 1)


@pytest.fixture(autouse=True)
def _say_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    engine: Any = engines["django"]
    monkeypatch.setattr(engine.engine, "string_if_invalid", MISSING)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


STARTS = ("/zh-hans/", "/en/")


def test_what_a_guest_can_reach(client: Client) -> None:
    assert crawl(client, *STARTS, "/j/", "/verify/", "/zh-hans/account/sign-in/", "/en/account/sign-in/") == {}


def test_what_a_guest_of_a_members_course_can_reach(client: Client) -> None:
    CoursePage.objects.update(access="members")
    lessons = {content.lesson(key, language).url for key in ("ask", "read") for language in ("zh-hans", "en")}
    faulty = crawl(client, *STARTS)
    assert all(faults == ["status 403"] for faults in faulty.values()), faulty
    assert lessons <= faulty.keys()
    for address in lessons:
        assert faults_of(client.get(address).content.decode(), address) == []


LEARNERS_STARTS = tuple(
    f"/{language}/{place}/" for language in ("zh-hans", "en") for place in ("today", "course", "me")
)


@pytest.mark.parametrize("state", ["new", "writing", "waiting", "returned", "completed", "alone"])
def test_what_a_principal_can_reach_at_every_stage(state: str) -> None:
    learner = a_learner(name="林秀英", school="云岭小学", is_confirmed=state == "completed")
    if state != "new":
        send(learner, *all_lessons(learner)[: 2 if state == "writing" else 6])
    if state == "writing":
        a_draft(learner, did="写到一半")
    if state in ("waiting", "returned", "completed"):
        report = a_report(learner)
    if state in ("returned", "completed"):
        decision = "returned" if state == "returned" else "accepted"
        a_review(report, facilitators_of(learner.cohort)[0], decision=decision)
    client = signed_in(a_learner(cohort=a_cohort(name="空班")).user if state == "alone" else learner.user)
    assert crawl(client, *LEARNERS_STARTS, "/zh-hans/account/name/", "/en/account/welcome/") == {}


@pytest.mark.parametrize("is_busy", [True, False])
def test_what_a_facilitator_can_reach(is_busy: bool) -> None:
    leader = a_facilitator()
    cohort = a_cohort(facilitator=leader)
    a_cohort(name="还没有人的班", facilitator=leader)
    if is_busy:
        a_report(a_learner(cohort=cohort, name="林秀英"))
        second = a_learner(cohort=cohort, name="石老师")
        a_review(a_report(second), leader, decision="returned")
        a_report(second, did="改好了")
    faulty = crawl(signed_in(leader), "/zh-hans/desk/", "/en/desk/")
    work = {f"/{language}/assignments/{content.assignment().translation_key}/" for language in ("zh-hans", "en")}
    assert faulty == {address: ["status 403"] for address in work}, "who leads a cohort hands in nothing"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_that_say_no_are_pages_too(language: str) -> None:
    learner = a_learner()
    a_report(learner)
    closed = a_cohort(name="关了", joining_closes_on=timezone.localdate().replace(year=2020))
    client = signed_in(learner.user)
    assignment = f"/{language}/assignments/{content.assignment().translation_key}/"
    answers = [
        client.get(f"/{language}/nothing/"),
        client.get(f"/j/NOTACODE/?lang={language}"),
        client.get(f"/j/{closed.join_code}/?lang={language}"),
        client.post(assignment, {f"answer-{content.prompt('did')}": "刚写的", "action": "submit"}),
        client.post("/learn/event/", {"version": content.version("ask", language).uuid}, HTTP_ACCEPT_LANGUAGE=language),
        client.get("/v/nothing/", HTTP_ACCEPT_LANGUAGE=language),
        client.get("/verify/", {"serial": "NOTHING"}, HTTP_ACCEPT_LANGUAGE=language),
        Client(enforce_csrf_checks=True).post(f"/{language}/account/sign-in/", {"phone": "1"}),
        Client().post(f"/{language}/account/sign-in/", {"phone": "12345"}),
    ]
    for response in answers:
        address = response.wsgi_request.path
        assert response.status_code >= 400 or address == "/learn/event/", address
        assert faults_of(response.content.decode(), address) + policy_faults(response) == [], address
        assert f'lang="{language}"' in response.content.decode(), address


def test_the_checks_find_what_they_look_for() -> None:
    bad = (
        '<html lang="en"><title>a</title><h1>a</h1><h1>b</h1><p style="x">⟦user.nmae⟧</p><img src="a">'
        '<input name="q"><p id="a"></p><p id="a"></p><a href="https://elsewhere.example/">x</a>{{ forgotten }}'
    )
    assert len(faults_of(bad, "/zh-hans/")) == 9
    assert engines["django"].from_string("{{ nobody }}").render() == "⟦nobody⟧"
