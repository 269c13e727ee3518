"""Rows to issue a certificate from, made directly: these tests are about what happens after the last requirement."""

import uuid
from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.module_loading import import_string
from django_q.models import OrmQ
from wagtail.models import Locale, Page

from accounts.models import User
from certificates.enums import CertificateKind
from certificates.models import Certificate
from certificates.serials import format_serial
from certificates.services.issue import DESIGN, frozen_data
from cohorts.enums import EnrolmentStatus, Role
from cohorts.models import Cohort, Enrolment, Membership, RequirementSet
from courses.models import CoursePage

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TITLES = {"zh-hans": "陪伴留守儿童", "en": "Walking beside left-behind children"}
NAME = "欧阳·阿依古丽"
FACILITATOR = "周以禾"

_numbers = count(1)


def make_course(**fields: Any) -> CoursePage:
    """A course in Chinese, with its English translation beside it, straight below the root."""
    key = uuid.uuid4()
    pages = {}
    for language, title in TITLES.items():
        root = Page.objects.get(depth=1)
        locale = Locale.objects.get_or_create(language_code=language)[0]
        page = CoursePage(
            title=title,
            slug=f"course-{next(_numbers)}",
            summary="…",
            hours=Decimal("24"),
            locale=locale,
            translation_key=key,
            **fields,
        )
        pages[language] = root.add_child(instance=page)
    course: CoursePage = pages["zh-hans"]
    return course


def make_cohort(course: CoursePage | None = None, **fields: Any) -> Cohort:
    """A cohort with one facilitator. It requires nothing: nobody here is judged."""
    course = course or make_course()
    requirements = RequirementSet.objects.create(course_key=course.translation_key, hours=course.hours, created_at=NOW)
    cohort = Cohort.objects.create(
        **{
            "name": "二〇二六年秋季班",
            "course": course,
            "requirements": requirements,
            "join_code": f"TEST{next(_numbers):04d}",
            "starts_on": NOW.date(),
            "ends_on": NOW.date(),
            "created_at": NOW,
            **fields,
        }
    )
    facilitator = User.objects.create_user(full_name=FACILITATOR)
    Membership.objects.create(cohort=cohort, user=facilitator, role=Role.FACILITATOR, created_at=NOW)
    return cohort


def make_completed(
    *, cohort: Cohort | None = None, name: str = NAME, is_confirmed: bool = True, at: datetime = NOW
) -> Enrolment:
    """A learner who has finished everything; nobody was told, so no certificate was made."""
    user = User.objects.create_user(full_name=name, name_confirmed_at=at if is_confirmed else None)
    return Enrolment.objects.create(
        cohort=cohort or make_cohort(),
        user=user,
        status=EnrolmentStatus.COMPLETED,
        enrolled_at=at,
        completed_at=at,
        lessons_done=7,
        assignments_accepted=2,
        steps_done=9,
        steps_total=9,
        score=90,
    )


def make_certificate(enrolment: Enrolment | None = None, **fields: Any) -> Certificate:
    """A row as it would be, in any state, without its files: for what only reads."""
    enrolment = enrolment or make_completed()
    number = next(_numbers)
    return Certificate.objects.create(
        **{
            "serial": format_serial(prefix="TC", year=2026, number=500_000 + number),
            "kind": CertificateKind.COMPLETION,
            "enrolment": enrolment,
            "holder": enrolment.user,
            "name": enrolment.user.full_name,
            "frozen": frozen_data(enrolment),
            "design": DESIGN,
            "created_at": NOW,
            "queued_at": NOW,
            **fields,
        }
    )


def queued() -> list[tuple[str, int]]:
    """The tasks that wait, with the id that each was given, oldest first."""
    return [(row.func(), row.task["args"][0]) for row in OrmQ.objects.order_by("id")]


def work_off() -> list[Any]:
    """Do what a worker does: take each task off the queue and run it. Returns what they returned."""
    results = []
    for row in OrmQ.objects.order_by("id"):
        run, arguments = import_string(row.func()), row.task["args"]
        row.delete()
        results.append(run(*arguments))
    return results


def database_url() -> str:
    """The address of this test's database, for a process of its own."""
    import os
    from urllib.parse import urlsplit, urlunsplit

    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
