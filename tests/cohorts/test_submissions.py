"""Work handed in through the form: nothing typed is lost, whatever is refused."""

import re
import uuid
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from cohorts.enums import SubmissionStatus, Verb
from cohorts.models import Enrolment, LearningEvent, Submission, SubmissionAttempt, SubmissionPhoto
from cohorts.selectors import facilitators_of, submissions_by_assignment
from cohorts.services.attachments import add_photo
from cohorts.services.drafts import LONGEST_ANSWER
from cohorts.services.submissions import submit
from foundation.models import AuditLine
from foundation.refusals import Refused
from tests.factories import content, photos
from tests.factories.learning import a_cohort, a_draft, a_learner, a_report, a_review, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


@pytest.fixture
def learner() -> Enrolment:
    return a_learner()


@pytest.fixture
def phone(client: Client, learner: Enrolment) -> Client:
    client.force_login(learner.user)
    return client


def address(language: str = "zh-hans") -> str:
    return f"/{language}/assignments/{content.assignment().translation_key}/"


def post(phone: Client, *, action: str = "save", attempt: Any = None, language: str = "zh-hans", **typed: Any):
    """Send the form; words by the prompts' keys, everything else as it stands."""
    words = {f"answer-{content.prompt(key)}": typed.pop(key) for key in ("did", "more") if key in typed}
    return phone.post(address(language), {"action": action, "attempt": str(attempt or uuid.uuid4()), **words, **typed})


def test_a_draft_keeps_the_text_and_shows_it_again(phone: Client, learner: Enrolment) -> None:
    assert post(phone, did="谈了一次\r\n又一次。").status_code == 302
    work = Submission.objects.get(enrolment=learner)
    assert work.answers == {content.prompt("did"): "谈了一次\n又一次。"}
    assert (work.status, work.attempt) == (SubmissionStatus.DRAFT, 0)
    assert "谈了一次\n又一次。" in phone.get(address()).content.decode()


def test_an_assignment_that_was_only_opened_is_not_called_begun(phone: Client, learner: Enrolment) -> None:
    phone.get(address())
    work = Submission.objects.get(enrolment=learner)
    assert not submissions_by_assignment(learner)
    photo = add_photo(
        submission=work, prompt_id=content.prompt("photos"), file=ContentFile(photos.a_jpeg()), at=timezone.now()
    )
    assert submissions_by_assignment(learner) == {str(work.assignment_key): work}
    SubmissionPhoto.objects.filter(pk=photo.pk).update(removed_at=timezone.now())
    assert not submissions_by_assignment(learner)
    post(phone, did="谈了一次。")
    assert submissions_by_assignment(learner)


def test_a_draft_saved_in_part_keeps_the_rest(phone: Client, learner: Enrolment) -> None:
    post(phone, did="做了", more="还有")
    post(phone, more="改了")
    assert Submission.objects.get().answers == {content.prompt("did"): "做了", content.prompt("more"): "改了"}


def test_the_same_draft_is_there_in_the_other_language(phone: Client, learner: Enrolment) -> None:
    post(phone, did="谈了一次。")
    page = phone.get(address("en")).content.decode()
    assert "What did you do?" in page
    assert "谈了一次。" in page


def test_markup_in_an_answer_is_text(phone: Client) -> None:
    post(phone, did="<script>alert(1)</script>", action="submit")
    assert "<script>alert(1)" not in phone.get(address()).content.decode()


def test_handing_in_makes_an_attempt_that_holds_the_questions(phone: Client, learner: Enrolment) -> None:
    response = post(phone, did="谈了三次。", action="submit")
    assert response.status_code == 302
    attempt = SubmissionAttempt.objects.get()
    assert [(a["label"], a["text"]) for a in attempt.answers[:2]] == [
        ("您做了什么？", "谈了三次。"),
        ("还想说什么？", ""),
    ]
    work = Submission.objects.get()
    assert (work.status, work.attempt) == (SubmissionStatus.SUBMITTED, 1)
    assert LearningEvent.objects.filter(enrolment=learner, verb=Verb.SUBMITTED).count() == 1
    page = phone.get(address()).content.decode()
    assert "谈了三次。" in page
    assert "<textarea" not in page


def test_handing_in_twice_with_one_form_is_one_attempt_and_no_reproach(phone: Client) -> None:
    attempt = uuid.uuid4()
    first = post(phone, did="谈了三次。", action="submit", attempt=attempt)
    second = post(phone, did="谈了三次。", action="submit", attempt=attempt)
    assert (first.status_code, second.status_code) == (302, 302)
    assert SubmissionAttempt.objects.count() == 1
    assert LearningEvent.objects.filter(verb=Verb.SUBMITTED).count() == 1
    assert AuditLine.objects.filter(action="submission.submitted").count() == 1


def test_the_service_knows_an_attempt_again(learner: Enrolment) -> None:
    first = a_report(learner)
    again = submit(
        submission=first.submission,
        assignment=content.assignment(),
        attempt_uuid=first.uuid,
        actor=learner.user,
        at=timezone.now(),
    )
    assert again == first


def test_an_old_form_with_new_words_does_not_pretend_to_hand_them_in(phone: Client, learner: Enrolment) -> None:
    used = uuid.uuid4()
    post(phone, did="第一次", action="submit", attempt=used)
    a_review(SubmissionAttempt.objects.get(), facilitators_of(learner.cohort)[0], decision="returned")
    response = post(phone, did="改好的第二次", action="submit", attempt=used)
    assert response.status_code == 409
    assert "改好的第二次" in response.content.decode()
    assert SubmissionAttempt.objects.count() == 1
    assert Submission.objects.get().answers[content.prompt("did")] == "改好的第二次", "kept as a draft"
    assert post(phone, did="改好的第二次", action="submit").status_code == 302
    assert SubmissionAttempt.objects.count() == 2


def test_the_number_of_somebody_elses_attempt_is_refused_and_nothing_is_lost(phone: Client, learner: Enrolment) -> None:
    other = a_report(a_learner(cohort=learner.cohort))
    response = post(phone, did="我的话", action="submit", attempt=other.uuid)
    assert response.status_code == 409
    assert "我的话" in response.content.decode()
    assert Submission.objects.get(enrolment=learner).answers == {content.prompt("did"): "我的话"}


@pytest.mark.parametrize("attempt", ["", "nonsense", "\0"])
def test_a_form_without_its_number_keeps_the_text(phone: Client, attempt: str) -> None:
    response = phone.post(
        address(), {"action": "submit", "attempt": attempt, f"answer-{content.prompt('did')}": "我的话"}
    )
    assert response.status_code == 400
    assert "我的话" in response.content.decode()
    assert Submission.objects.get().status == SubmissionStatus.DRAFT


@pytest.mark.parametrize("typed", ["", "   ", "\n\n"])
def test_a_required_question_without_an_answer_is_named_and_the_rest_is_kept(phone: Client, typed: str) -> None:
    response = post(phone, did=typed, more="别的话", action="submit")
    assert response.status_code == 422
    page = response.content.decode()
    assert "您做了什么？" in page
    assert "别的话" in page
    assert Submission.objects.get().answers[content.prompt("more")] == "别的话"
    assert not SubmissionAttempt.objects.exists()


def test_the_refusal_is_in_english_on_an_english_page(phone: Client) -> None:
    response = post(phone, did="", action="submit", language="en")
    assert "Please answer before you hand in: What did you do?" in response.content.decode()


def test_a_closed_assignment_shows_what_was_just_typed(phone: Client, learner: Enrolment) -> None:
    a_report(learner, did="交上去的话")
    response = post(phone, did="刚刚写的话", action="submit")
    assert response.status_code == 409
    page = response.content.decode()
    assert "刚刚写的话" in page
    assert "交上去的话" in page
    assert Submission.objects.get().answers[content.prompt("did")] == "交上去的话", "what was handed in stands"
    assert SubmissionAttempt.objects.count() == 1


def test_an_accepted_report_is_closed_too(phone: Client, learner: Enrolment) -> None:
    a_review(a_report(learner), facilitators_of(learner.cohort)[0])
    assert post(phone, did="还想改").status_code == 409


def test_a_returned_report_can_be_mended_and_handed_in_again(phone: Client, learner: Enrolment) -> None:
    a_review(
        a_report(learner, did="太短"), facilitators_of(learner.cohort)[0], decision="returned", feedback="请写写孩子。"
    )
    page = phone.get(address()).content.decode()
    assert "请写写孩子。" in page
    assert "太短</textarea>" in page, "the old text is there to go on with"
    assert post(phone, did="太短，现在长了。", action="submit").status_code == 302
    attempts = SubmissionAttempt.objects.order_by("number")
    assert [attempt.answers[0]["text"] for attempt in attempts] == ["太短", "太短，现在长了。"]


def test_who_is_not_in_a_cohort_is_told_how_to_get_in(client: Client, learner: Enrolment) -> None:
    withdraw(learner)
    client.force_login(learner.user)
    assert client.get(address()).status_code == 403
    assert client.post(address(), {"action": "submit"}).status_code == 403
    assert not SubmissionAttempt.objects.exists()


def test_withdrawing_while_the_page_is_open_loses_no_word(learner: Enrolment) -> None:
    work = a_draft(learner, did="写到一半")
    withdraw(learner)
    with pytest.raises(Refused) as refused:
        a_draft(learner, did="写完了")
    assert refused.value.status == 403
    work.refresh_from_db()
    assert work.answers == {content.prompt("did"): "写到一半"}


def test_an_assignment_that_does_not_exist_is_404(phone: Client) -> None:
    assert phone.get(f"/zh-hans/assignments/{uuid.uuid4()}/").status_code == 404


def test_a_report_belongs_to_the_newest_cohort_of_the_course(phone: Client, learner: Enrolment) -> None:
    second = a_learner(cohort=a_cohort(name="春季班"), user=learner.user)
    post(phone, did="新的一班")
    assert Submission.objects.get().enrolment == second


def test_the_fields_take_no_more_than_is_kept(phone: Client) -> None:
    assert f'maxlength="{LONGEST_ANSWER}"' in phone.get(address()).content.decode()
    post(phone, did="长" * LONGEST_ANSWER)
    assert len(Submission.objects.get().answers[content.prompt("did")]) == LONGEST_ANSWER


@pytest.mark.database
def test_characters_that_no_database_takes_are_left_out(phone: Client) -> None:
    assert post(phone, did="谈\0了", action="submit").status_code == 302
    assert SubmissionAttempt.objects.get().answers[0]["text"] == "谈了"


def test_a_form_without_the_token_is_refused_in_words(learner: Enrolment) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(learner.user)
    response = post(strict, did="我的话")
    assert response.status_code == 403
    assert re.search(r"<h1>[^<]*[一-鿿]", response.content.decode())


def test_an_edited_assignment_changes_no_attempt(learner: Enrolment) -> None:
    attempt = a_report(learner, did="按老题目写的")
    page = content.assignment()
    blocks = page.prompts.get_prep_value()
    blocks[0]["value"]["label"] = "新的题目？"
    page.prompts = blocks
    page.save_revision().publish()
    attempt.refresh_from_db()
    assert attempt.answers[0]["label"] == "您做了什么？"


def test_the_rubric_is_shown_before_a_word_is_written(phone: Client) -> None:
    page = content.assignment()
    level = {"name": "清楚", "text": "写得出一处自己忍住没说的话。"}
    page.rubric = [("criterion", {"name": "真的在听", "text": "看您怎样听。", "levels": [level]})]
    page.save()
    for place in (page.url, address(), f"{address()}sheet/"):
        shown = phone.get(place).content.decode()
        assert "真的在听" in shown, place
        assert "写得出一处自己忍住没说的话。" in shown, place
