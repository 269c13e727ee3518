"""Editing a live lesson: whatever becomes of a question, what learners did stays, and late answers are taken."""

from datetime import datetime

import pytest
from django.test import Client

from cohorts.enums import Verb
from cohorts.models import LessonProgress
from cohorts.services.progress import refresh_after_edit, replay
from tests.cohorts.test_facts import rows_of
from tests.factories import asking
from tests.factories.learning import a_learner, said, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


@pytest.mark.parametrize("edit", ["reordered", "of another type", "renamed options", "taken out"])
def test_whatever_an_editor_does_to_a_question_takes_back_nothing(now: datetime, edit: str) -> None:
    learner, page = a_learner(at=now), asking.a_lesson(asking.single(), asking.ORDER)
    single, version = asking.an_id("single"), asking.version_of(page)
    events = [
        said(learner, Verb.ANSWERED, version, single, asking.an_id("single-good"), at=now),
        said(
            learner, Verb.ANSWERED, version, asking.an_id("order"), *(asking.an_id(f"o{n}") for n in range(4)), at=now
        ),
        said(learner, Verb.FINISHED, version, at=now),
    ]
    late = said(learner, Verb.ANSWERED, version, single, asking.an_id("single-bad"), at=now)
    assert {result.status for result in send(learner, *events, at=now)} == {"ok"}
    row = LessonProgress.objects.get(enrolment=learner, lesson_key=page.translation_key)
    assert row.completed_at == now
    page = asking.a_lesson(
        *{
            "reordered": (asking.ORDER, asking.single()),
            "of another type": ({**asking.SHORT, "id": single}, asking.ORDER),
            "renamed options": ({**asking.single("renamed"), "id": single}, asking.ORDER),
            "taken out": (asking.ORDER,),
        }[edit]
    )
    refresh_after_edit(version=asking.version_of(page), at=now)
    assert [result.status for result in send(learner, late, at=now)] == ["ok"], "the phone had the old edition"
    row.refresh_from_db()
    assert row.completed_at == now
    assert single in row.answered
    assert (single in row.right) is (single in row.questions) is (edit != "taken out")
    before = rows_of(learner)
    replay(enrolment=learner)
    assert rows_of(learner) == before
    client = Client()
    client.force_login(learner.user)
    assert client.get(page.url).status_code == 200
    assert client.get(
        f"/api/state/?course={learner.cohort.course.translation_key}&lesson={page.translation_key}"
    ).json()
