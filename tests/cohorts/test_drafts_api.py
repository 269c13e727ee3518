"""Drafts and reports from phones: once, in order or not, and no words are lost."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohorts.enums import SubmissionStatus
from cohorts.merging import merge_words
from cohorts.models import Deadline, DraftCopy, DraftWrite, Enrolment, Submission, SubmissionAttempt
from cohorts.selectors import facilitators_of
from cohorts.services.clearing import forget_old_writes
from cohorts.services.clocks import Stamp
from cohorts.services.drafts import LONGEST_ANSWER, MOST_PROMPTS, Saving, words_at, write_draft
from cohorts.services.limits import WRITES_KEPT_FOR
from tests.cohorts.conftest import Phone, a_phone
from tests.factories import content
from tests.factories.learning import a_cohort, a_draft, a_learner, a_report, a_review, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


def words(**by_key: str) -> dict[str, str]:
    return {content.prompt(key): text for key, text in by_key.items()}


# --- the law of merging ---------------------------------------------------------------------------------------------

PROMPTS = st.sampled_from("abc")
WORDS = st.dictionaries(PROMPTS, st.sampled_from(["", " ", "一", "二", "三"]))
KNOWN = st.dictionaries(PROMPTS, st.one_of(st.none(), st.sampled_from(["", "一", "二"])))


@given(WORDS, WORDS, KNOWN)
def test_no_words_of_either_side_are_lost(standing: dict, came: dict, known: dict) -> None:
    merged = merge_words(standing, came, known)
    for prompt in "abc":
        kept = {merged.stands.get(prompt, ""), merged.meets.get(prompt, "")}
        newer, older = came.get(prompt), standing.get(prompt, "")
        if newer is not None and newer.strip() and newer != known.get(prompt):
            assert newer in kept
        if older.strip() and older not in kept:
            assert older == known.get(prompt), "only what the newcomer had read is written over"


@given(WORDS, WORDS, KNOWN)
def test_what_only_one_side_changed_meets_nothing(standing: dict, came: dict, known: dict) -> None:
    for prompt in merge_words(standing, came, known).meets:
        assert standing.get(prompt, "") != known.get(prompt)
        assert came[prompt] not in (known.get(prompt), standing.get(prompt, ""))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["甲", "乙", ""]), PROMPTS, st.sampled_from(["一", "二", "三", ""]), st.integers(-1, 6)
        ),
        max_size=8,
    )
)
def test_what_each_phone_wrote_last_is_in_the_draft_or_in_a_copy(learner: Enrolment, writes: list[Any]) -> None:
    DraftCopy.objects.all().delete()
    DraftWrite.objects.all().delete()
    Submission.objects.all().delete()
    work = a_draft(learner)
    at = timezone.now()
    last: dict[tuple[str, str], tuple[str, int]] = {}
    reads: dict[uuid.UUID, dict[str, str]] = {}
    said = {(device, prompt, text) for device, prompt, text, _base in writes if device}
    for device, prompt, text, base in writes:
        saving = Saving(uuid.uuid4(), {prompt: text}, base=None if base < 0 else base, device=device)
        work.refresh_from_db()
        read = reads[saving.id] = words_at(work, base) or {}
        result = write_draft(submission=work, saving=saving, stamp=Stamp(at, at, at))
        last[device, prompt] = (text, result.revision)
        if read.get(prompt) == text:  # it had read this and sent it as it was: nothing of its own
            del last[device, prompt]
    work.refresh_from_db()
    copies = [set(copy.answers.items()) for copy in work.copies.all()]
    for (device, prompt), (text, revision) in last.items():
        if text and work.answers.get(prompt) != text and not any((prompt, text) in copy for copy in copies):
            overwriters = work.writes.filter(revision__gt=revision).exclude(device=device)
            knew = [w for w in overwriters if reads[w.uuid].get(prompt) == text or (w.device, prompt, text) in said]
            assert any(write.replaced.get(prompt) == text for write in knew), "only who knew the words wrote over them"


# --- saving a draft --------------------------------------------------------------------------------------------------


def test_a_draft_is_saved_and_read_again(phone_of: Phone, learner: Enrolment) -> None:
    assert phone_of.standing()["revision"] == 0
    answer = phone_of.draft(base=0, did="谈了三次。\r\n好")
    assert (answer["status"], answer["revision"], answer["answers"]) == ("ok", 1, words(did="谈了三次。\n好"))
    there = phone_of.standing()
    assert (there["answers"], there["revision"], there["status"]) == (words(did="谈了三次。\n好"), 1, "draft")
    assert there["enrolment"] == str(learner.uuid)
    assert there["due"], "every assignment of a new cohort is due"


def test_the_same_saving_again_is_a_duplicate_of_the_same_revision(phone_of: Phone) -> None:
    number = str(uuid.uuid4())
    assert phone_of.draft(base=0, did="一", id=number)["status"] == "ok"
    phone_of.draft(base=1, did="二", more="三")
    again = phone_of.draft(base=0, did="一", id=number)
    assert (again["status"], again["revision"], again["answers"]) == ("duplicate", 1, words(did="一"))
    assert phone_of.standing()["answers"] == words(did="二", more="三")
    assert DraftWrite.objects.count() == 2


def test_the_same_number_with_other_words_is_a_conflict_and_changes_nothing(phone_of: Phone) -> None:
    number = str(uuid.uuid4())
    phone_of.draft(base=0, did="一", id=number)
    answer = phone_of.draft(base=0, did="别的", id=number)
    assert (answer["status"], answer["code"]) == ("conflict", "other_body")
    assert answer["why"]
    assert phone_of.standing()["answers"] == words(did="一")


def test_two_phones_in_different_questions_merge(phone_of: Phone) -> None:
    phone_of.draft(base=0, device="a", did="甲")
    answer = phone_of.draft(base=0, device="b", more="乙")
    assert (answer["status"], answer["answers"]) == ("ok", words(did="甲", more="乙"))
    assert not DraftCopy.objects.exists()


def test_two_phones_in_one_question_keep_both_and_the_person_chooses(phone_of: Phone) -> None:
    phone_of.draft(base=0, device="a", did="甲写的")
    number = str(uuid.uuid4())
    answer = phone_of.draft(base=0, device="b", did="乙写的", more="还有", id=number)
    assert (answer["status"], answer["code"], answer["revision"]) == ("conflict", "both_changed", 2)
    assert answer["answers"] == words(did="甲写的", more="还有"), "what met nothing is merged"
    again = phone_of.draft(base=0, device="b", did="乙写的", more="还有", id=number)
    assert again["status"] == "conflict", "the same answer as the one that was lost"
    (copy,) = phone_of.standing()["copies"]
    assert (copy["answers"], copy["device"]) == (words(did="乙写的"), "b")
    chosen = phone_of.draft(base=2, device="b", did="乙写的", settles=copy["id"])
    assert (chosen["status"], chosen["answers"][content.prompt("did")]) == ("ok", "乙写的")
    assert phone_of.standing()["copies"] == []
    assert DraftWrite.objects.get(revision=3).replaced == words(did="甲写的"), "and the other is not gone yet either"


def test_a_phone_does_not_meet_its_own_words(phone_of: Phone) -> None:
    phone_of.draft(base=0, device="a", did="一")
    assert phone_of.draft(base=0, device="a", did="一二")["status"] == "ok", "queued before the first was answered"
    assert phone_of.draft(base=None, device="a", did="一二三")["status"] == "ok"
    assert phone_of.draft(base=None, device="b", did="四")["status"] == "conflict"


def test_a_phone_that_goes_on_writing_renews_its_own_copy(phone_of: Phone) -> None:
    phone_of.draft(base=0, device="a", did="甲")
    for text in ("乙", "乙丙", "乙丙丁"):
        assert phone_of.draft(base=0, device="b", did=text)["status"] == "conflict"
    assert [copy.answers for copy in DraftCopy.objects.all()] == [words(did="乙丙丁")]


def test_each_phone_has_a_copy_of_its_own(phone_of: Phone) -> None:
    for device, text in (("a", "甲"), ("b", "乙"), ("c", "丙"), ("", "丁"), ("", "丁")):
        phone_of.draft(base=0, device=device, did=text)
    assert [copy["answers"] for copy in phone_of.standing()["copies"]] == [words(did=text) for text in "乙丙丁"]


def test_the_same_words_of_two_phones_are_two_copies_because_each_goes_on(phone_of: Phone) -> None:
    phone_of.draft(base=0, device="a", did="甲")
    phone_of.draft(base=0, device="b", did="乙")
    phone_of.draft(base=0, device="c", did="乙")
    phone_of.draft(base=0, device="b", did="乙乙")
    assert [copy["answers"] for copy in phone_of.standing()["copies"]] == [words(did="乙乙"), words(did="乙")]


def test_a_phone_ahead_of_a_restored_server_is_asked(phone_of: Phone) -> None:
    phone_of.draft(base=0, device="a", did="旧的")
    answer = phone_of.draft(base=90, device="b", did="新的")
    assert (answer["status"], answer["answers"]) == ("conflict", words(did="旧的"))
    assert phone_of.draft(base=90, device="a", did="旧的，接着写")["status"] == "ok", "what it wrote itself it knows"


def test_what_a_draft_said_before_is_forgotten_after_a_season(phone_of: Phone, learner: Enrolment) -> None:
    phone_of.draft(base=0, device="a", did="一")
    phone_of.draft(base=1, device="a", did="二")
    work = Submission.objects.get()
    assert words_at(work, 1) == words(did="一")
    assert forget_old_writes(now=timezone.now() + WRITES_KEPT_FOR + timedelta(minutes=1)) == 2
    assert words_at(work, 1) is None
    assert phone_of.draft(base=1, device="b", did="三")["status"] == "conflict", "nobody can tell: both are kept"


def test_a_draft_of_a_closed_report_is_refused_and_kept_as_a_copy(phone_of: Phone, learner: Enrolment) -> None:
    a_report(learner, did="交了")
    for _try in range(2):
        answer = phone_of.draft(base=0, device="b", did="路上写的")
        assert (answer["status"], answer["code"]) == ("rejected", "closed")
        assert "这台设备" in answer["why"]
    assert [copy.answers for copy in DraftCopy.objects.all()] == [words(did="路上写的")]
    assert Submission.objects.get().answers == words(did="交了")


def test_who_has_left_is_told_and_loses_no_word(phone_of: Phone, learner: Enrolment) -> None:
    withdraw(learner)
    answer = phone_of.draft(base=0, did="写到一半")
    assert (answer["status"], answer["code"]) == ("rejected", "not_learning")
    assert DraftCopy.objects.get().answers == words(did="写到一半")
    assert phone_of.hand_in(did="写完了")["code"] == "not_learning"
    assert not SubmissionAttempt.objects.exists()


@pytest.mark.parametrize("door", ["draft", "hand_in"])
def test_nobody_writes_for_another(phone_of: Phone, learner: Enrolment, door: str) -> None:
    others = [a_learner(cohort=learner.cohort).uuid, uuid.uuid4()]
    for other in others:
        answer = getattr(phone_of, door)(did="不是我的", enrolment=str(other))
        assert (answer["status"], answer["code"]) == ("rejected", "not_enrolled")
    assert not Submission.objects.exists()


def test_words_that_are_too_long_are_refused_not_cut(phone_of: Phone) -> None:
    answer = phone_of.draft(base=0, did="长" * (LONGEST_ANSWER + 1))
    assert (answer["status"], answer["code"]) == ("rejected", "too_long")
    assert not DraftWrite.objects.exists()


@pytest.mark.parametrize("door", ["draft", "hand_in"])
def test_a_draft_does_not_grow_by_prompts_that_nobody_asked(phone_of: Phone, door: str) -> None:
    full = {f"p{number}": "字" for number in range(MOST_PROMPTS)}
    assert phone_of.draft(answers=full)["status"] == "ok"
    assert phone_of.draft(answers=full, device="b")["status"] == "ok", "no more than before"
    number = str(uuid.uuid4())
    for _try in range(2):
        answer = getattr(phone_of, door)(answers={"one more": "字"}, id=number)
        assert (answer["status"], answer["code"]) == ("rejected", "too_long")
    assert phone_of.standing()["answers"] == full
    assert not SubmissionAttempt.objects.exists()


def test_copies_are_so_many_and_what_comes_then_is_added_to_the_last(
    phone_of: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cohorts.services.drafts.MOST_COPIES", 2)
    phone_of.draft(base=0, device="a", did="甲")
    for device, text in (("b", "乙"), ("c", "丙"), ("d", "丁"), ("", "戊"), ("", "戊")):
        assert phone_of.draft(base=0, device=device, did=text)["status"] == "conflict"
    kept = [copy["answers"] for copy in phone_of.standing()["copies"]]
    assert kept == [words(did="乙"), words(did="丙\n\n丁\n\n戊")]
    answer = phone_of.draft(base=0, did="长" * LONGEST_ANSWER)
    assert (answer["status"], answer["code"]) == ("rejected", "too_long"), "the phone keeps what has no room"
    assert phone_of.standing()["answers"] == words(did="甲")


def test_a_copy_does_not_grow_by_prompts_that_nobody_asked(phone_of: Phone, learner: Enrolment) -> None:
    a_report(learner, did="交了")
    for part in range(2):
        answers = {f"p{part}-{number}": "字" for number in range(MOST_PROMPTS)}
        answer = phone_of.draft(device="b", answers=answers)
        assert (answer["status"], answer["code"]) == ("rejected", ["closed", "too_long"][part])
    assert len(DraftCopy.objects.get().answers) == MOST_PROMPTS


@pytest.mark.database
def test_characters_that_no_database_takes_are_taken_out(phone_of: Phone) -> None:
    assert phone_of.draft(base=0, did="a\0b\ud800c", device="\0\ud800")["status"] == "ok"
    assert phone_of.standing()["answers"] == words(did="ab?c")


def test_an_assignment_since_unpublished_still_takes_what_was_written(phone_of: Phone) -> None:
    where = phone_of.address("draft/")
    content.assignment("en").unpublish()
    content.assignment().unpublish()
    answer = phone_of.said(phone_of.call("put", where, phone_of.sent(answers=words(did="山上写的"))))
    assert answer["status"] == "ok"


def test_an_assignment_that_never_was_is_told(phone_of: Phone) -> None:
    nowhere = f"/api/submissions/{uuid.uuid4()}/"
    assert phone_of.said(phone_of.call("put", f"{nowhere}draft/", phone_of.sent(answers={})))["code"] == (
        "unknown_assignment"
    )
    response = phone_of.call("get", nowhere)
    assert (response.status_code, response.json()["code"]) == (404, "unknown_assignment")


@pytest.mark.parametrize("change", [{"answers": None}, {"id": "x"}, {"base": -1}, {"base": 10**30}, {"at": "never"}])
def test_what_cannot_be_read_is_answered_in_words(phone_of: Phone, change: dict[str, Any]) -> None:
    response = phone_of.call("put", phone_of.address("draft/"), phone_of.sent(answers={}) | change)
    assert response.status_code == 422
    assert response.json()["why"]


def test_the_standing_has_an_etag_and_is_not_sent_twice(phone_of: Phone) -> None:
    first = phone_of.call("get", phone_of.address(""))
    assert first["Cache-Control"] == "private, no-store"
    again = phone_of.call("get", phone_of.address(""), HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    phone_of.draft(base=0, did="一")
    assert phone_of.call("get", phone_of.address(""), HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_who_learns_elsewhere_reads_nothing(learner: Enrolment) -> None:
    stranger = a_phone(withdraw(a_learner()))
    response = stranger.call("get", stranger.address(""))
    assert (response.status_code, response.json()["code"]) == (403, "not_enrolled")
    response = Client().get(stranger.address(""))
    assert (response.status_code, response.json()["code"]) == (401, "signed_out")


def test_a_form_with_older_words_wins_and_keeps_the_newer_ones_aside(phone_of: Phone, learner: Enrolment) -> None:
    phone_of.draft(base=0, device="a", did="手机上的")
    phone_of.client.post(
        f"/zh-hans/assignments/{content.assignment().translation_key}/",
        {"action": "save", "revision": "0", f"answer-{content.prompt('did')}": "电脑上的"},
        HTTP_X_CSRFTOKEN=phone_of.client.defaults["HTTP_X_CSRFTOKEN"],
    )
    assert Submission.objects.get().answers == words(did="电脑上的")
    assert DraftCopy.objects.get().answers == words(did="手机上的")
    page = phone_of.client.get(f"/zh-hans/assignments/{content.assignment().translation_key}/").content.decode()
    assert "手机上的" in page


# --- handing in ------------------------------------------------------------------------------------------------------


def test_a_report_is_handed_in_once(phone_of: Phone, learner: Enrolment) -> None:
    number = str(uuid.uuid4())
    first = phone_of.hand_in(did="谈了三次。", id=number)
    assert (first["status"], first["attempt"], first["late"]) == ("ok", 1, False)
    again = phone_of.hand_in(did="谈了三次。", id=number)
    assert (again["status"], again["attempt"]) == ("duplicate", 1)
    other = phone_of.hand_in(did="别的", id=number)
    assert (other["status"], other["code"]) == ("conflict", "other_body")
    attempt = SubmissionAttempt.objects.get()
    assert (str(attempt.uuid), attempt.answers[0]["text"]) == (number, "谈了三次。")
    assert phone_of.standing()["status"] == "submitted"


def test_the_number_of_a_report_that_was_returned_means_that_report_still(phone_of: Phone, learner: Enrolment) -> None:
    number = str(uuid.uuid4())
    phone_of.hand_in(did="太短", id=number)
    a_review(SubmissionAttempt.objects.get(), facilitators_of(learner.cohort)[0], decision="returned")
    phone_of.draft(base=1, did="长一些")
    assert phone_of.hand_in(did="太短", id=number)["status"] == "duplicate"
    assert phone_of.standing()["answers"] == words(did="长一些")
    assert phone_of.hand_in(did="长一些", base=2)["attempt"] == 2


def test_a_form_handed_in_before_is_known_again(phone_of: Phone, learner: Enrolment) -> None:
    attempt = a_report(learner, did="谈了三次。")
    assert phone_of.hand_in(did="谈了三次。", id=str(attempt.uuid))["status"] == "duplicate"


def test_the_number_of_somebody_elses_report_is_a_conflict(phone_of: Phone, learner: Enrolment) -> None:
    other = a_report(a_learner(cohort=learner.cohort), did="谈了三次。")
    answer = phone_of.hand_in(did="谈了三次。", id=str(other.uuid))
    assert (answer["status"], answer["code"]) == ("conflict", "other_body")
    assert answer["attempt"] is None


def test_a_required_question_without_an_answer_is_named_and_the_words_are_kept(phone_of: Phone) -> None:
    number = str(uuid.uuid4())
    answer = phone_of.hand_in(more="别的话", id=number)
    assert (answer["status"], answer["code"]) == ("rejected", "unanswered")
    assert "您做了什么？" in answer["why"]
    assert phone_of.standing()["answers"] == words(more="别的话")
    assert phone_of.hand_in(more="别的话", id=number)["status"] == "rejected"
    assert phone_of.hand_in(did="补上了", more="别的话", id=number)["status"] == "ok", "nothing was handed in by it yet"


def test_a_report_written_without_having_read_newer_words_keeps_them_aside(phone_of: Phone) -> None:
    phone_of.draft(base=0, device="a", did="家里写的")
    assert phone_of.hand_in(did="路上写的", base=0, device="b")["status"] == "ok"
    assert SubmissionAttempt.objects.get().answers[0]["text"] == "路上写的"
    assert DraftCopy.objects.get().answers == words(did="家里写的")


def test_a_report_after_another_phones_is_refused_and_its_words_are_kept(phone_of: Phone) -> None:
    phone_of.hand_in(did="第一部手机")
    answer = phone_of.hand_in(did="第二部手机", base=0)
    assert (answer["status"], answer["code"]) == ("rejected", "closed")
    assert DraftCopy.objects.get().answers == words(did="第二部手机")
    assert SubmissionAttempt.objects.count() == 1


# --- time ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("years", [-3, 0, 3])
@pytest.mark.parametrize(("minutes", "late"), [(-5, False), (5, True)])
def test_late_is_judged_by_when_it_was_done_whatever_the_phones_clock(
    phone_of: Phone, learner: Enrolment, years: int, minutes: int, late: bool
) -> None:
    """Handed in on the mountain an hour ago, sent now, the deadline in between."""
    Enrolment.objects.update(enrolled_at=timezone.now() - timedelta(days=1))
    phone_of.clock_off = timedelta(days=365 * years)
    done = timezone.now() - timedelta(hours=1)
    Deadline.objects.update(due_at=done - timedelta(minutes=minutes))
    answer = phone_of.hand_in(did="谈了三次。", at=(done + phone_of.clock_off).isoformat())
    assert (answer["status"], answer["late"]) == ("ok", late)
    learner_page = phone_of.client.get(f"/zh-hans/assignments/{content.assignment().translation_key}/").content.decode()
    assert ("迟交" in learner_page) is late
    desk = Client()
    desk.force_login(facilitators_of(learner.cohort)[0])
    review = desk.get(f"/zh-hans/desk/reviews/{SubmissionAttempt.objects.get().uuid}/").content.decode()
    listed = desk.get(f"/zh-hans/desk/{learner.cohort.uuid}/learners/").content.decode()
    assert ("迟交" in review, "迟交" in listed) == (late, late)
    assert ("手机时钟" in listed) is bool(years)


def test_a_clock_that_is_right_again_is_not_told_any_more(phone_of: Phone, learner: Enrolment) -> None:
    for off, minutes in ((timedelta(minutes=9), 0), (timedelta(hours=-2), -120), (timedelta(0), 0)):
        phone_of.clock_off = off
        phone_of.draft(base=None, device="a", did=str(off))
        learner.refresh_from_db()
        assert abs(learner.clock_minutes_off - minutes) <= 1


@pytest.mark.database
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_clock_at_the_end_of_time_breaks_nothing(phone_of: Phone, learner: Enrolment, moment: str) -> None:
    assert phone_of.draft(base=0, did="一", at=moment, sent_at=moment)["status"] == "ok"
    assert phone_of.hand_in(did="一", at=moment, sent_at=moment)["status"] == "ok"
    attempt = SubmissionAttempt.objects.get()
    assert learner.enrolled_at <= attempt.written_at <= attempt.submitted_at
    learner.refresh_from_db()
    assert learner.clock_said


def test_an_assignment_of_a_cohort_is_due_when_its_last_day_ends_there(learner: Enrolment) -> None:
    cohort = a_cohort(name="乌鲁木齐")
    (due,) = Deadline.objects.filter(cohort=cohort)
    assert due.step_key == content.assignment().translation_key
    assert due.due_at.astimezone(cohort.zone).date() == cohort.ends_on
    named = a_cohort(name="另一班", deadlines={due.step_key: timezone.now()})
    assert Deadline.objects.get(cohort=named).due_at < due.due_at


def test_a_cohort_without_a_deadline_calls_nothing_late(phone_of: Phone) -> None:
    Deadline.objects.all().delete()
    answer = phone_of.hand_in(did="谈了三次。")
    assert (answer["late"], answer["due"]) == (False, None)
    assert Submission.objects.get().status == SubmissionStatus.SUBMITTED
