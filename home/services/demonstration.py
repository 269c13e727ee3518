"""Demonstration content: the course, and a sample cohort with people in every role. Loaded into an empty database only.

Everything is made by the operations that real people use, so the demonstration shows what the product does. All
names are plainly samples, all addresses end in ``.example``, and the phone numbers are of an unassigned block.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.enums import SiteGroup
from accounts.models import User
from accounts.services.people import confirm_name, give_consent
from cohorts.enums import Verb
from cohorts.models import Cohort, Enrolment
from cohorts.services.drafts import save_draft
from cohorts.services.events import IncomingEvent, record_events
from cohorts.services.joining import join_cohort
from cohorts.services.opening import make_cohort, open_cohort
from cohorts.services.submissions import submission_for, submit
from courses.grading import right_answer
from courses.models import AssignmentPage, CoursePage
from courses.selectors import current_versions, outline
from courses.services.loading import load_course
from home.services.site import prepare_site

COURSE_FOLDER = Path(settings.BASE_DIR) / "courses" / "demonstration" / "walking-beside-left-behind-children"
PASSWORD = "terrace-demo"  # noqa: S105  (printed on the screen of whoever runs the demonstration)
JOIN_CODE = "TERRACE2"


@dataclass(frozen=True)
class SamplePerson:
    """Somebody to sign in as."""

    role: str
    name: str
    email: str = ""
    phone: str = ""
    school: str = ""
    region: str = ""
    groups: tuple[str, ...] = ()


OPERATOR = SamplePerson("operator", "示例运维", "operator@terrace.example", groups=(SiteGroup.OPERATOR,))
EDITOR = SamplePerson("editor", "示例编辑", "editor@terrace.example", groups=(SiteGroup.EDITOR,))
VOLUNTEER = SamplePerson("volunteer", "示例志愿者", "volunteer@terrace.example", groups=(SiteGroup.VOLUNTEER,))
TRANSLATOR = SamplePerson("translator", "示例译者", "translator@terrace.example", groups=(SiteGroup.TRANSLATOR,))
FACILITATOR = SamplePerson("facilitator", "示例引导员 周老师", "facilitator@terrace.example")
PRINCIPAL = SamplePerson(
    "principal", "示例校长 林老师", phone="+8619900000001", school="示例镇中心小学", region="示例省"
)
WAITING = SamplePerson(
    "principal with a report that waits for review",
    "示例校长 石老师",
    phone="+8619900000002",
    school="示例村完小",
    region="示例省",
)
PEOPLE = (OPERATOR, EDITOR, VOLUNTEER, TRANSLATOR, FACILITATOR, PRINCIPAL, WAITING)

REPORTED = "try-listening"
"""The assignment of which a report waits for review; the others are still to be done."""

REPORT = (
    "示例：选了一对一谈心，在操场边的长凳上谈了三次，每次十五分钟。第一次他几乎不说话，我只是陪他坐着看别人打球。",
    "示例：第三次他先开口，说外婆最近总咳嗽。以前这些事他从来不讲。",
    "示例：最难的是忍住不马上给建议。下次我想先问一句“你想让我做点什么，还是先听你说”。",
)


def is_empty() -> bool:
    """Tell whether nobody and nothing is in the database yet."""
    return not User.objects.exists() and not CoursePage.objects.exists()


def load_demonstration() -> None:
    """Load the course and the sample people, cohort and report; an existing cohort of that code stops it."""
    prepare_site()
    course = load_course(COURSE_FOLDER)["zh-hans"]
    if Cohort.objects.filter(join_code=JOIN_CODE).exists():
        return
    now = timezone.now()
    people = {person.role: _make(person, now) for person in PEOPLE}
    cohort = _cohort(course, people[FACILITATOR.role], now)
    for person in (PRINCIPAL, WAITING):
        user = people[person.role]
        give_consent(user=user, at=now)
        join_cohort(cohort=cohort, user=user, at=now)
    confirm_name(user=people[WAITING.role], full_name=WAITING.name, at=now)
    _study_and_report(people[WAITING.role], cohort, now)


def _make(person: SamplePerson, now: datetime) -> User:
    user = User.objects.create_user(
        full_name=person.name,
        email=person.email or None,
        phone=person.phone or None,
        password=PASSWORD if person.email else None,
        school=person.school,
        region=person.region,
        phone_verified_at=now if person.phone else None,
        contact_note="示例：微信 terrace-demo，每天 20:00 到 21:00" if person is FACILITATOR else "",
    )
    user.groups.set(Group.objects.filter(name__in=person.groups))
    return user


def _cohort(course: CoursePage, facilitator: User, now: datetime) -> Cohort:
    today = timezone.localdate()
    cohort = make_cohort(
        course=course,
        name="2026 秋季班（示例）",
        starts_on=today,
        ends_on=today + timedelta(weeks=8),
        facilitator=facilitator,
        actor=facilitator,
        at=now,
    )
    Cohort.objects.filter(pk=cohort.pk).update(join_code=JOIN_CODE)
    open_cohort(cohort=cohort, actor=facilitator, at=now)
    cohort.refresh_from_db()
    return cohort


def _study_and_report(user: User, cohort: Cohort, now: datetime) -> None:
    """Let a sample principal study every lesson and hand in the first report; two more are still to come."""
    enrolment = Enrolment.objects.get(cohort=cohort, user=user)
    lessons = [step.key for module in outline(cohort.course) for step in module.lessons]
    events: list[IncomingEvent] = []
    for version in current_versions(lessons, "zh-hans").values():
        about = partial(
            IncomingEvent,
            object=version.translation_key,
            enrolment=enrolment.uuid,
            at=now,
            lesson_version=version.uuid,
        )
        for question in version.asked_of(str(enrolment.uuid)):
            right = right_answer(question)
            answered = partial(about, verb=Verb.ANSWERED, question=question["id"])
            events.append(answered(id=uuid.uuid4(), chosen=right.chosen, text=right.text))
        events.append(about(id=uuid.uuid4(), verb=Verb.FINISHED))
    record_events(user=user, events=events, sent_at=now, received_at=now)
    assignment = AssignmentPage.objects.descendant_of(cohort.course).get(slug=REPORTED)
    work = submission_for(enrolment=enrolment, assignment=assignment, at=now)
    prompts = [prompt.id for prompt in assignment.prompts if prompt.block_type == "text"]
    save_draft(submission=work, answers=dict(zip(prompts, REPORT, strict=True)), at=now)
    submit(submission=work, assignment=assignment, attempt_uuid=uuid.uuid4(), actor=user, at=now)
