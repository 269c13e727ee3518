"""Who is in a cohort, as what, and what they may read and record."""

import unicodedata
import uuid
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from cohorts.enums import HELPING_ROLES, LEADING_ROLES, LEARNING_STATUSES, Role
from cohorts.models import Cohort, Enrolment, Membership
from courses.models import CoursePage, LessonPage
from courses.selectors import course_of, has_lesson

LONGEST_TYPED = 40  # characters of a join code as somebody may type it; more is no code


def cohort_by_code(typed: str) -> Cohort | None:
    """Return the cohort whose join code was typed, in any case, with any spaces or dashes, in full width or half.

    Chinese input methods type letters and digits in full width (Ｋ７) when they are left on.
    """
    code = "".join(c for c in unicodedata.normalize("NFKC", typed[:LONGEST_TYPED]).upper() if c.isalnum())
    return Cohort.objects.select_related("course", "course__locale").filter(join_code=code).first() if code else None


def is_open_for_joining(cohort: Cohort, today: date) -> bool:
    """Tell whether somebody may join on ``today`` (a day in the cohort's time zone)."""
    is_running = cohort.is_open and not cohort.is_archived
    return is_running and today <= (cohort.joining_closes_on or cohort.ends_on)


def may_make_cohorts(user: Any) -> bool:
    """Tell whether the person may make cohorts: who leads one, and who runs the site."""
    if not getattr(user, "is_authenticated", False):
        return False
    leads = Membership.objects.filter(user=user, role=Role.FACILITATOR, ended_at=None)
    return user.has_perm("cohorts.add_cohort") or leads.exists()


def facilitators_of(cohort: Cohort) -> list[Any]:
    """Return the people who lead the cohort, facilitators first."""
    memberships = (
        Membership.objects.filter(cohort=cohort, role__in=LEADING_ROLES, ended_at=None)
        .select_related("user")
        .order_by("-role", "created_at")
    )
    return [membership.user for membership in memberships]


def learning_enrolments(user: Any) -> QuerySet[Enrolment]:
    """Return the enrolments in which the person studies, the newest first, with cohort and course."""
    return Enrolment.objects.of(user).learning().select_related("cohort", "cohort__course", "cohort__course__locale")


def is_learning_in(cohort: Cohort, user: Any) -> bool:
    """Tell whether the person studies in the cohort now."""
    return Enrolment.objects.of(user).learning().filter(cohort=cohort).exists()


def may_read_as_member(user: Any, course: CoursePage) -> bool:
    """Tell whether the person studies or helps in a cohort that takes this course, in whichever language."""
    if not getattr(user, "is_authenticated", False):
        return False
    return _taken_by(user).filter(course__translation_key=course.translation_key).exists()


def courses_of_member(user: Any) -> set[uuid.UUID]:
    """Return the keys of the courses that the person studies or helps in."""
    return set(_taken_by(user).values_list("course__translation_key", flat=True))


def _taken_by(user: Any) -> QuerySet[Cohort]:
    studies = Q(enrolments__user=user, enrolments__status__in=LEARNING_STATUSES)
    helps = Q(memberships__user=user, memberships__role__in=HELPING_ROLES, memberships__ended_at=None)
    return Cohort.objects.filter(studies | helps)


def enrolment_for_course(user: Any, course_key: uuid.UUID) -> Enrolment | None:
    """Return the person's newest enrolment in a cohort that takes this course."""
    return learning_enrolments(user).filter(cohort__course__translation_key=course_key).first()


def enrolment_for_lesson(user: Any, lesson_key: uuid.UUID) -> Enrolment | None:
    """Return the person's enrolment in the lesson's course; of a lesson since gone, in what still requires it."""
    lesson = LessonPage.objects.live().filter(translation_key=lesson_key).first()
    course = course_of(lesson) if lesson else None
    if course:
        return enrolment_for_course(user, course.translation_key)
    enrolments = learning_enrolments(user).select_related("cohort__requirements")
    return next((e for e in enrolments if str(lesson_key) in e.cohort.requirements.lessons), None)


def is_lesson_for(enrolment: Enrolment, lesson_key: uuid.UUID) -> bool:
    """Tell whether what was done in a lesson may count: its cohort requires it, it lies in the course, or was begun.

    So what a phone brings weeks later counts, also of a lesson that was taken out of the course meanwhile. No query
    for a lesson that is required; the cohort, its requirements and its course are at hand.
    """
    cohort = enrolment.cohort
    return (
        str(lesson_key) in cohort.requirements.lessons
        or has_lesson(cohort.course.translation_key, lesson_key)
        or enrolment.lessons.filter(lesson_key=lesson_key).exists()
    )
