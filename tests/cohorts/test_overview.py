"""The overview of a cohort: its figures, the matrix, who needs a call and what came of calling."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.test import Client

from accounts.models import User
from cohorts.enums import CallOutcome, Decision, Role
from cohorts.models import CallNote, Cohort, Deadline, Enrolment, Extension, QuestionTally
from cohorts.services.attachments import add_photo, remove_attachment
from cohorts.services.calls import note_call
from cohorts.services.membership import move_learner
from cohorts.services.opening import add_member
from cohorts.services.submissions import submission_for
from cohorts.services.summaries import sweep_summaries
from cohorts.services.tallies import recount_tallies
from foundation.models import AuditLine
from foundation.refusals import Refused
from tests.factories import content, photos
from tests.factories.learning import (
    a_cohort,
    a_draft,
    a_learner,
    a_report,
    a_review,
    all_lessons,
    an_answer,
    an_ending,
    an_opening,
    send,
    withdraw,
)
from tests.factories.people import a_facilitator, a_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]

DAY = timedelta(days=1)


@pytest.fixture
def leader() -> User:
    return a_facilitator(name="示例引导员")


@pytest.fixture
def cohort(leader: User, now: datetime) -> Cohort:
    """A cohort that began at nine on a Monday."""
    return a_cohort(facilitator=leader, at=now)


@pytest.fixture
def desk(client: Client, leader: User) -> Client:
    client.force_login(leader)
    return client


def page_of(desk: Client, cohort: Cohort, query: str = "", *, at: datetime) -> Any:
    with time_machine.travel(at, tick=False):
        response = desk.get(f"/en/desk/{cohort.uuid}/{query}")
    assert response.status_code == 200
    return BeautifulSoup(response.content, "lxml")


def lines_of(page: Any) -> dict[str, list[str]]:
    """Return the words of each cell of the matrix, by the learner's name."""
    found = {}
    for row in page.select(".mx tbody tr"):
        name, *cells = row.find_all(["th", "td"])
        found[name.find(string=True)] = [" ".join(cell.get_text(" ").split()) for cell in cells]
    return found


def figures(page: Any) -> list[list[str]]:
    return [[part.get_text(" ").strip() for part in card.find_all("p")] for card in page.select(".stat")]


# --- the matrix ------------------------------------------------------------------------------------------------------


def test_each_learner_stands_with_each_step(desk: Client, cohort: Cohort, leader: User, now: datetime) -> None:
    ahead = a_learner(cohort=cohort, name="Ahead", at=now, school="示例小学", region="贵州")
    send(ahead, *all_lessons(ahead, at=now), at=now)
    a_review(a_report(ahead, at=now), leader, at=now)
    begun = a_learner(cohort=cohort, name="Begun", at=now)
    send(begun, an_opening(begun, "ask", at=now), at=now)
    a_report(begun, at=now)
    a_learner(cohort=cohort, name="Nothing", at=now)
    withdraw(a_learner(cohort=cohort, name="Gone", at=now))
    page = page_of(desk, cohort, "?sort=name", at=now + timedelta(hours=1))
    assert [cell.find(string=True) for cell in page.select(".mx thead th")][2:6] == ["1.1", "1.2", "A1", "2.1"]
    assert lines_of(page) == {
        "Ahead": ["completed", "✓", "✓", "✓", "✓", "100%", "today"],
        "Begun": ["", "…", "", "R", "", "0%", "today"],
        "Nothing": ["", "", "", "", "", "0%", "not yet"],
    }
    assert "示例小学 · 贵州" in page.select_one(".mx tbody th").get_text()


def test_the_state_of_a_report_follows_each_thing_that_happens(cohort: Cohort, leader: User, now: datetime) -> None:
    learner = a_learner(cohort=cohort, at=now)

    def letter() -> str:
        learner.refresh_from_db()
        return learner.steps[3]

    submission_for(enrolment=learner, assignment=content.assignment(), at=now)
    assert letter() == "-", "opening an assignment is not beginning it"
    a_draft(learner, did="谈了一次。", at=now)
    assert letter() == "b"
    attempt = a_report(learner, at=now)
    assert letter() == "w"
    a_review(attempt, leader, decision=Decision.RETURNED, at=now)
    assert letter() == "r"
    attempt = a_report(learner, did="又谈了两次。", at=now + DAY)
    assert letter() == "w"
    a_review(attempt, leader, at=now + DAY)
    assert letter() == "a"
    assert int(learner.handed_in_at.rstrip(","), 36) == int(now.timestamp()), "the first time it was handed in"


def test_a_photo_alone_begins_a_report_and_taking_it_off_ends_that(
    cohort: Cohort, now: datetime, settings: Any, tmp_path: Any
) -> None:
    settings.PRIVATE_MEDIA_ROOT = tmp_path
    learner = a_learner(cohort=cohort, at=now)
    work = submission_for(enrolment=learner, assignment=content.assignment(), at=now)
    file = ContentFile(photos.a_jpeg())
    photo = add_photo(submission=work, prompt_id=content.prompt("photos"), file=file, at=now)
    learner.refresh_from_db()
    assert learner.steps == "---b"
    remove_attachment(submission=work, number=photo.uuid, at=now)
    learner.refresh_from_db()
    assert learner.steps == "----"


def test_what_is_open_past_its_deadline_is_late_and_moving_the_deadline_forgives(
    desk: Client, cohort: Cohort, now: datetime
) -> None:
    a_learner(cohort=cohort, name="Slow", at=now)
    Deadline.objects.create(cohort=cohort, step_key=content.lesson_key("ask"), due_at=now + DAY)
    moment = now + DAY + timedelta(hours=1)
    assert lines_of(page_of(desk, cohort, at=moment))["Slow"] == ["1 step late", "!", "", "", "", "0%", "not yet"]
    assert list(lines_of(page_of(desk, cohort, "?show=late", at=moment))) == ["Slow"]
    Deadline.objects.filter(step_key=content.lesson_key("ask")).update(due_at=now + 3 * DAY)
    assert lines_of(page_of(desk, cohort, at=moment))["Slow"][:2] == ["", ""]
    assert lines_of(page_of(desk, cohort, "?show=late", at=moment)) == {}


def test_whoever_was_given_longer_is_not_late(
    desk: Client, cohort: Cohort, leader: User, silent: Enrolment, now: datetime
) -> None:
    a_learner(cohort=cohort, name="Slow", at=now)
    key = content.lesson_key("ask")
    Deadline.objects.create(cohort=cohort, step_key=key, due_at=now + DAY)
    Extension.objects.create(
        enrolment=silent, step_key=key, due_at=now + 5 * DAY, reason="农忙", granted_by=leader, granted_at=now
    )
    lines = lines_of(page_of(desk, cohort, at=now + 2 * DAY))
    assert lines["Slow"][:2] == ["1 step late", "!"]
    assert lines["示例学员"][:2] == ["", ""]
    assert lines_of(page_of(desk, cohort, "?show=late", at=now + 6 * DAY)).keys() == {"Slow", "示例学员"}
    with time_machine.travel(now + 2 * DAY, tick=False):
        assert "chip chip-red" not in desk.get(call_address(silent)).content.decode()


def test_learners_are_sorted_and_chosen_by_known_words_only(
    desk: Client, cohort: Cohort, leader: User, now: datetime
) -> None:
    done = a_learner(cohort=cohort, name="Anna", at=now)
    send(done, *all_lessons(done, at=now), at=now)
    a_review(a_report(done, at=now), leader, at=now)
    some = a_learner(cohort=cohort, name="Berta", at=now)
    later = now + 6 * DAY
    send(some, an_ending(some, "read", at=later), at=later)
    a_learner(cohort=cohort, name="Carla", at=now)
    at = now + 8 * DAY

    def names(query: str) -> list[str]:
        return list(lines_of(page_of(desk, cohort, query, at=at)))

    assert names("") == ["Carla", "Anna", "Berta"], "who needs a call comes first"
    assert names("?sort=name") == ["Anna", "Berta", "Carla"]
    assert names("?sort=done") == ["Carla", "Berta", "Anna"]
    assert names("?sort=activity") == ["Carla", "Anna", "Berta"]
    assert names("?show=call") == names("?show=none") == ["Carla"]
    assert names("?show=completed") == ["Anna"]
    for nonsense in ("?sort=user__password&show=pk", "?sort=&show=%00", "?sort=-done", "?show=all&show=x"):
        assert names(nonsense) == ["Carla", "Anna", "Berta"]


def test_words_of_people_are_escaped(desk: Client, cohort: Cohort, now: datetime) -> None:
    a_learner(cohort=cohort, name="<b>x", at=now, school="'\"><script>", region="&amp;")
    with time_machine.travel(now, tick=False):
        html = desk.get(f"/en/desk/{cohort.uuid}/").content.decode()
    assert "<script>" not in html.partition("<tbody>")[2].partition("</table>")[0]
    page: Any = BeautifulSoup(html, "lxml")
    assert page.select_one(".mx th a").find(string=True) == "<b>x"
    assert page.select_one(".mx small").string == "'\"><script> · &amp;"


def test_a_cohort_without_learners_says_what_to_do(desk: Client, cohort: Cohort, now: datetime) -> None:
    page = page_of(desk, cohort, at=now)
    assert cohort.readable_code in page.select_one(".empty").get_text()
    assert not page.select(".mx, .chart")


# --- figures, progress, questions ------------------------------------------------------------------------------------


def test_the_four_figures(desk: Client, cohort: Cohort, leader: User, now: datetime) -> None:
    one, two, three = (a_learner(cohort=cohort, at=now) for _ in range(3))
    send(one, an_ending(one, "read", at=now + DAY), at=now + DAY)
    send(two, an_ending(two, "read", at=now + DAY), at=now + DAY)
    send(two, an_opening(two, "ask", at=now + 10 * DAY), at=now + 10 * DAY)
    a_report(three, at=now + 9 * DAY)
    Deadline.objects.create(cohort=cohort, step_key=content.lesson_key("read"), due_at=now + 5 * DAY)
    (active, average, waiting, call) = figures(page_of(desk, cohort, at=now + 12 * DAY))
    assert active == ["2 / 3", "as many as the 7 days before"]
    assert average[0] == "17%", "two of twelve steps"
    assert average[1] == "planned by now: 25%", "one of four steps is due"
    assert waiting[0] == "1"
    assert waiting[1].startswith("the longest for 3 days")
    assert call[0] == "1", "one has been silent for eleven days"


def test_more_and_fewer_than_the_week_before(desk: Client, cohort: Cohort, now: datetime) -> None:
    one, two = (a_learner(cohort=cohort, at=now) for _ in range(2))
    send(one, an_opening(one, "ask", at=now + DAY), at=now + DAY)
    assert figures(page_of(desk, cohort, at=now + 2 * DAY))[0] == ["1 / 2", "1 more than the 7 days before"]
    assert figures(page_of(desk, cohort, at=now + 9 * DAY))[0] == ["0 / 2", "1 in the 7 days before"]
    send(two, an_opening(two, "ask", at=now + 9 * DAY), at=now + 9 * DAY)
    assert figures(page_of(desk, cohort, at=now + 9 * DAY))[0] == ["1 / 2", "as many as the 7 days before"]


def test_progress_over_time_is_drawn_and_told(desk: Client, cohort: Cohort, now: datetime) -> None:
    learner = a_learner(cohort=cohort, at=now)
    send(learner, an_ending(learner, "read", at=now + DAY), at=now + DAY)
    page = page_of(desk, cohort, at=now + 9 * DAY)
    chart = page.select_one("svg.chart")
    assert chart["role"] == "img"
    assert chart.find("title").get_text()
    assert chart.select("polyline.plan")
    assert chart.select_one("text.said").get_text() == "done 25%"
    weeks = [[cell.get_text() for cell in row.find_all("td")] for row in page.select(".card details table tbody tr")]
    assert weeks[0] == ["25%", "0%"]
    assert weeks[1] == ["to come", "0%"]
    assert weeks[-1] == ["to come", "100%"]


@pytest.mark.database
def test_a_question_counts_each_learner_once_however_often_it_is_answered(
    desk: Client, cohort: Cohort, now: datetime
) -> None:
    for number in range(6):
        learner = a_learner(cohort=cohort, at=now)
        wrong = [an_answer(learner, "ask", "who", "loud", at=now) for _ in range(2)] if number < 3 else []
        send(learner, *wrong, an_answer(learner, "ask", "who", "quiet", at=now), at=now)
    elsewhere = a_learner(cohort=a_cohort(name="另一班", at=now), at=now)
    send(elsewhere, an_answer(elsewhere, "ask", "who", "loud", at=now), at=now)
    tally = QuestionTally.objects.get(cohort=cohort)
    assert (tally.answered, tally.missed) == (6, 3)
    (said,) = page_of(desk, cohort, at=now).select("li.hard")
    assert "50%: 3 of 6 learners missed it at least once" in said.get_text()
    assert said.find("a")["href"] == content.lesson("ask").url.replace("zh-hans", "en")


@pytest.mark.database
def test_what_somebody_missed_goes_along_to_another_cohort(cohort: Cohort, leader: User, now: datetime) -> None:
    other = a_cohort(name="另一班", facilitator=leader, at=now)
    stays, moves = (a_learner(cohort=cohort, at=now) for _ in range(2))
    for learner in (stays, moves):
        send(learner, an_answer(learner, "ask", "who", "loud", at=now), at=now)
    send(moves, an_answer(moves, "ask", "wait", "true", at=now), at=now)
    move_learner(enrolment=moves, to=other, actor=leader, at=now)

    def tallies() -> list[Any]:
        return list(
            QuestionTally.objects.order_by("cohort", "question_id").values_list(
                "cohort", "question_id", "answered", "missed"
            )
        )

    who, wait = content.question("ask", "who"), content.question("ask", "wait")
    assert sorted(tallies()) == sorted(
        [(cohort.pk, who, 1, 1), (cohort.pk, wait, 0, 0), (other.pk, who, 1, 1), (other.pk, wait, 1, 0)]
    )
    moved = [row for row in tallies() if row[2]]
    for one in (cohort, other):
        recount_tallies(cohort=one)
    assert tallies() == moved, "counting anew gives the same"


def test_few_answers_say_nothing(desk: Client, cohort: Cohort, now: datetime) -> None:
    for _ in range(4):
        learner = a_learner(cohort=cohort, at=now)
        send(learner, an_answer(learner, "ask", "who", "loud", at=now), at=now)
    assert not page_of(desk, cohort, at=now).select("li.hard")


@pytest.mark.database
def test_rows_of_an_older_version_are_written_anew_by_the_sweeper(cohort: Cohort, now: datetime) -> None:
    learner = a_learner(cohort=cohort, at=now)
    send(learner, *all_lessons(learner, at=now), an_answer(learner, "ask", "who", "loud", at=now), at=now)
    a_report(learner, at=now)
    learner.refresh_from_db()
    before, tallies = learner.steps, list(QuestionTally.objects.order_by("pk").values_list("answered", "missed"))
    assert before == "dddw"
    Enrolment.objects.update(steps="", steps_at="", days_seen=0, summary_version=0)
    learner.lessons.update(missed=None)
    QuestionTally.objects.all().delete()
    assert sweep_summaries() == 1
    learner.refresh_from_db()
    assert learner.steps == before
    assert sorted(QuestionTally.objects.values_list("answered", "missed")) == sorted(tallies)
    assert sweep_summaries() == 0


# --- who needs a call ------------------------------------------------------------------------------------------------


@pytest.fixture
def silent(cohort: Cohort, now: datetime) -> Enrolment:
    return a_learner(cohort=cohort, name="示例学员", at=now)


def call_address(enrolment: Enrolment, language: str = "en") -> str:
    return f"/{language}/desk/{enrolment.cohort.uuid}/calls/{enrolment.uuid}/"


def test_the_reason_stands_in_words_and_leads_to_the_learner(
    desk: Client, cohort: Cohort, silent: Enrolment, now: datetime
) -> None:
    page = page_of(desk, cohort, at=now + 4 * DAY)
    assert lines_of(page)["示例学员"][0] == "nothing opened in 4 days"
    assert figures(page)[3][0] == "1"
    with time_machine.travel(now + 4 * DAY, tick=False):
        answer = desk.get(f"/en/desk/{cohort.uuid}/{page.select_one('.mx th a')['href']}")
    assert answer.status_code == 200
    words = BeautifulSoup(answer.content, "html.parser").get_text(" ")
    assert "nothing opened in 4 days" in words
    assert str(silent.user.phone) in words


def test_a_note_with_a_day_puts_the_call_off_until_then(
    desk: Client, cohort: Cohort, leader: User, silent: Enrolment, now: datetime
) -> None:
    at = now + 8 * DAY
    day = (at + 3 * DAY).date()
    with time_machine.travel(at, tick=False):
        answer = desk.post(
            call_address(silent), {"outcome": "promised", "text": "周末\0补上", "snoozed_until": day.isoformat()}
        )
    assert answer.status_code == 302
    note = CallNote.objects.get()
    assert (note.author, note.text, note.snoozed_until) == (leader, "周末补上", day)
    assert AuditLine.objects.filter(action="enrolment.call_noted", actor_id=leader.pk).count() == 1
    page = page_of(desk, cohort, at=at + 2 * DAY)
    assert figures(page)[3][0] == "0"
    assert lines_of(page)["示例学员"][0].startswith("put off until")
    assert figures(page_of(desk, cohort, at=at + 3 * DAY))[3][0] == "1"


def test_the_newest_note_decides(cohort: Cohort, desk: Client, leader: User, silent: Enrolment, now: datetime) -> None:
    at = now + 8 * DAY

    def noted(day: Any) -> None:
        note_call(enrolment=silent, author=leader, outcome=CallOutcome.NOT_REACHED, text="", snoozed_until=day, at=at)

    noted((at + 9 * DAY).date())
    assert figures(page_of(desk, cohort, at=at))[3][0] == "0"
    noted(None)
    assert figures(page_of(desk, cohort, at=at))[3][0] == "1"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"outcome": ""}, "Please choose what came of it."),
        ({"outcome": "nonsense"}, "nonsense"),
        ({"outcome": "reached", "snoozed_until": "next week"}, "like 2026-09-01"),
        ({"outcome": "reached", "snoozed_until": "2026-11-23"}, "This day is past."),
        ({"outcome": "reached", "snoozed_until": "2027-11-23"}, "within the next 60 days"),
        ({"outcome": "other", "snoozed_until": ""}, "Please write a note, or choose a day."),
        ({"outcome": "reached", "text": "x" * 2001}, "2000"),
    ],
)
def test_what_cannot_be_noted_is_said_and_kept_in_the_form(
    desk: Client, silent: Enrolment, now: datetime, sent: dict[str, str], said: str
) -> None:
    with time_machine.travel(now, tick=False):
        answer = desk.post(call_address(silent), {"text": "", "snoozed_until": "", **sent})
    assert answer.status_code == 422
    words = answer.content.decode()
    assert said in words
    assert sent.get("text", "") in words
    assert not CallNote.objects.exists()


def test_only_who_leads_reads_and_writes_notes_and_never_about_themselves(
    client: Client, cohort: Cohort, leader: User, silent: Enrolment, now: datetime
) -> None:
    note_call(enrolment=silent, author=leader, outcome=CallOutcome.OTHER, text="家里有事", snoozed_until=None, at=now)
    helpers = {role: a_person(name=f"示例{role}") for role in (Role.REVIEWER, Role.OBSERVER, Role.CO_FACILITATOR)}
    for role, user in helpers.items():
        add_member(cohort=cohort, user=user, role=role, actor=None, at=now)
    for role, user in helpers.items():
        client.force_login(user)
        assert client.get(f"/en/desk/{cohort.uuid}/").status_code == 200
        expected = 200 if role == Role.CO_FACILITATOR else 404
        assert client.get(call_address(silent)).status_code == expected
        assert client.post(call_address(silent), {"outcome": "reached"}).status_code in (expected, 302)
    assert CallNote.objects.count() == 2
    own = a_learner(cohort=cohort, user=leader, at=now)
    client.force_login(leader)
    assert client.get(call_address(own)).status_code == 404
    with pytest.raises(Refused):
        note_call(enrolment=own, author=leader, outcome="reached", text="", snoozed_until=None, at=now)


def test_the_learner_sees_nothing_of_a_note(client: Client, leader: User, silent: Enrolment, now: datetime) -> None:
    note_call(
        enrolment=silent, author=leader, outcome=CallOutcome.OTHER, text="不给学员看的话", snoozed_until=None, at=now
    )
    client.force_login(silent.user)
    for address in ("/en/today/", "/en/course/", "/en/me/", "/api/state/"):
        assert "不给学员看的话" not in client.get(address).content.decode()
    assert client.get(call_address(silent)).status_code == 404


def test_an_observer_sees_no_tabs_beyond_and_no_link_to_a_learner(
    client: Client, cohort: Cohort, silent: Enrolment, now: datetime
) -> None:
    observer = a_person(name="示例观察员")
    add_member(cohort=cohort, user=observer, role=Role.OBSERVER, actor=None, at=now)
    client.force_login(observer)
    page = page_of(client, cohort, at=now + 9 * DAY)
    assert len(page.select(".tabs a")) == 1
    assert not page.select(".mx th a")
    assert str(silent.uuid) not in page.decode()
    assert str(silent.user.phone) not in page.decode()
    assert client.get("/en/desk/").status_code == 200
    assert client.get(f"/en/desk/{cohort.uuid}/learners/").status_code == 404


def test_the_list_of_cohorts_leads_to_the_overview(desk: Client, cohort: Cohort) -> None:
    links = re.findall(r'class="cover" href="([^"]+)"', desk.get("/en/desk/").content.decode())
    assert links == [f"/en/desk/{cohort.uuid}/"]


def test_a_cohort_that_asks_nothing_yet_is_shown(desk: Client, cohort: Cohort, now: datetime) -> None:
    cohort.requirements.__class__.objects.filter(pk=cohort.requirements_id).update(lessons=[], assignments=[])
    a_learner(cohort=cohort, name="Waits", at=now)
    page = page_of(desk, cohort, at=now + timedelta(hours=1))
    assert lines_of(page) == {"Waits": ["", "0%", "not yet"]}
