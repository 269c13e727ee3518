"""The overview of a cohort of 1,000 learners × 20 steps on PostgreSQL, alone and among 1,000 cohorts of 200.

Without a DATABASE_URL of PostgreSQL the suite runs itself again on a server that lives only as long as it.

The whole answer is timed, from the request to the compressed bytes, in this process. A time is the median of
``ROUNDS``; the growth is that of the least time, which another process does not touch. The rows are such as the
services write: ``cohorts.rules.steps`` writes the summaries.
"""

import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.database import BASE_DIR

LEARNERS, LESSONS, ASSIGNMENTS = 1000, 17, 3
OTHER_COHORTS, OTHER_LEARNERS = 1000, 200
ROUNDS = 9

BUDGETS = {"matrix_ms": 150, "matrix_queries": 10, "matrix_kb": 60, "matrix_growth": 1.3}


def measure() -> dict[str, float]:
    """Return the figures by name; milliseconds, queries, kilobytes, and how many times longer among many cohorts."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return measured_on_postgres()
    from tests.database import open_test_database

    with tempfile.TemporaryDirectory(prefix="terrace-bench-") as folder:
        database = open_test_database(Path(folder), "bench")
        try:
            return measure_here()
        finally:
            database.remove()


def measured_on_postgres() -> dict[str, float]:
    """Run this suite again with a PostgreSQL server of its own, and return its figures."""
    import json

    with tempfile.NamedTemporaryFile(suffix=".json") as result:
        code = f"import django; django.setup(); from tests.bench import overview as o; import json; \
json.dump(o.measure(), open({result.name!r}, 'w'))"
        subprocess.run(
            [str(BASE_DIR / "deploy/bin/postgres-for-tests"), sys.executable, "-c", code],
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test"},
            cwd=BASE_DIR,
            check=True,
        )
        figures: dict[str, float] = json.loads(Path(result.name).read_text(encoding="utf-8"))
    return figures


def measure_here() -> dict[str, float]:
    """Measure on the database at hand, which is empty but for its migrations."""
    from django.test import Client
    from django.test.utils import setup_test_environment

    from cohorts.selectors import facilitators_of

    setup_test_environment()
    cohort = a_large_cohort()
    client = Client(headers={"accept-encoding": "br"})
    client.force_login(facilitators_of(cohort)[0])
    overview, reviews = f"/zh-hans/desk/{cohort.uuid}/", f"/zh-hans/desk/{cohort.uuid}/reviews/"
    analyse()
    (alone, least), queries = timed(client, overview), queries_of(client, overview)
    figures = {
        "matrix_ms": alone,
        "matrix_queries": len(queries),
        "matrix_kb": round(len(client.get(overview).content) / 1000, 1),
        "matrix_plain_kb": round(len(client.get(overview, headers={"accept-encoding": ""}).content) / 1000, 1),
        "review_queue_ms": timed(client, reviews)[0],
    }
    fill_with_others(cohort)
    analyse()
    (among, least_among), more = timed(client, overview), queries_of(client, overview)
    assert len(more) == len(queries), more
    figures |= {
        "matrix_growth": round(least_among / least, 2),
        "matrix_among_ms": among,
        "matrix_among_queries": len(more),
        "review_queue_among_ms": timed(client, reviews)[0],
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    return figures


def timed(client: Any, address: str) -> tuple[float, float]:
    """Return the median and the least time of an answer in milliseconds."""
    client.get(address)
    took = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        response = client.get(address)
        took.append(time.perf_counter() - start)
        assert response.status_code == 200
    return round(statistics.median(took) * 1000, 1), round(min(took) * 1000, 1)


def queries_of(client: Any, address: str) -> list[str]:
    """Return what one answer asks the database."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return [query["sql"] for query in captured.captured_queries]


def analyse() -> None:
    """Let the server know its tables, as autovacuum does within a minute."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def a_large_cohort() -> Any:
    """Make a cohort of a course of 17 lessons and 3 assignments that has run for four of eight weeks."""
    from cohorts.models import Cohort, Deadline, QuestionTally
    from tests.factories.learning import a_cohort
    from tests.factories.people import a_facilitator

    began = datetime.now(tz=UTC) - timedelta(weeks=4)
    course, lessons, assignments = a_course_of_twenty_steps()
    leader = a_facilitator(phone="+8613800009999")  # the demonstration has the numbers that factories give
    cohort: Cohort = a_cohort(course=course, facilitator=leader, at=began)
    cohort.requirements.lessons, cohort.requirements.assignments = lessons, assignments
    cohort.requirements.save()
    Deadline.objects.filter(cohort=cohort).delete()
    Deadline.objects.bulk_create(
        Deadline(cohort=cohort, step_key=key, due_at=began + timedelta(days=2.8 * number))
        for number, key in enumerate([*lessons, *assignments], start=1)
    )
    fill(cohort, LEARNERS, began, random.Random(5))
    QuestionTally.objects.bulk_create(tallies_of([cohort], lessons))
    return cohort


def tallies_of(cohorts: list[Any], lessons: list[str]) -> Iterator[Any]:
    """Yield what these cohorts have missed: some questions of each lesson, of those that it really asks."""
    from cohorts.models import QuestionTally
    from courses.models import LessonVersion

    versions = LessonVersion.objects.filter(translation_key__in=lessons, locale="zh-hans")
    asked = [(version.translation_key, question["id"]) for version in versions for question in version.questions[:3]]
    for cohort in cohorts:
        for number, (lesson, question) in enumerate(asked):
            missed = number * 7 % 190
            yield QuestionTally(cohort=cohort, lesson_key=lesson, question_id=question, answered=200, missed=missed)


def a_course_of_twenty_steps() -> tuple[Any, list[str], list[str]]:
    """Load the demonstration's course, which has seventeen lessons and three assignments."""
    from django.core.management import call_command

    from courses.models import CoursePage
    from courses.selectors import required_steps

    call_command("start_site", "--with-demonstration", verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115
    course = CoursePage.objects.get(slug="walking-beside-left-behind-children", locale__language_code="zh-hans")
    lessons, assignments = required_steps(course)
    assert (len(lessons), len(assignments)) == (LESSONS, ASSIGNMENTS)
    return course, lessons, assignments


SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国红梅春玉文海燕辉鹏宇婷雪琴云峰"
PLACES = "石坝清溪大坪沙湾红岩板江柳河青山龙潭白水双桥金沟杨家高坡黑石月亮永安太平兴隆新民"
KINDS = ("镇中心小学", "乡小学", "村完小", "九年制学校", "希望小学")
REGIONS = ("贵州", "湖南", "云南", "甘肃", "宁夏", "广西", "四川", "重庆", "江西", "安徽")


def fill(cohort: Any, number: int, began: datetime, chance: random.Random) -> None:
    """Let ``number`` learners take the cohort, each as far as chance has it; one in ten reports waits."""
    from accounts.models import User
    from cohorts.enums import Role
    from cohorts.models import Enrolment, Membership, Submission, SubmissionAttempt

    users = User.objects.bulk_create(
        User(
            username=uuid.UUID(int=chance.getrandbits(128)).hex,
            full_name=chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2)),
            sort_key=f"{n:06}",
            school="".join(chance.choices(PLACES, k=2)) + chance.choice(KINDS),
            region=chance.choice(REGIONS),
        )
        for n in range(number)
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(cohort=cohort, user=user, enrolled_at=began, **a_summary(began, chance)) for user in users
    )
    Membership.objects.bulk_create(
        Membership(cohort=cohort, user=user, role=Role.LEARNER, created_at=began) for user in users
    )
    works = Submission.objects.bulk_create(
        Submission(
            enrolment=enrolment,
            assignment_key=cohort.requirements.assignments[place - LESSONS],
            title="示例作业",
            status="submitted",
            attempt=1,
            saved_at=began,
            submitted_at=began + timedelta(days=chance.randint(1, 27)),
        )
        for enrolment in enrolments
        for place, letter in enumerate(enrolment.steps)
        if letter == "w"
    )
    SubmissionAttempt.objects.bulk_create(
        SubmissionAttempt(
            uuid=uuid.UUID(int=chance.getrandbits(128)),
            submission=work,
            number=1,
            body_hash="0" * 64,
            submitted_at=work.submitted_at or began,
            written_at=work.submitted_at or began,
        )
        for work in works
    )


def a_summary(began: datetime, chance: random.Random) -> dict[str, Any]:
    """Return a summary row of somebody who goes on in order, with gaps, and has a state of each kind."""
    from cohorts.rules.steps import SUMMARY_VERSION, days_seen, written

    reached = min(max(int(chance.gauss(10, 5)), 0), LESSONS)
    letters = "".join("d" if n < reached and chance.random() < 0.9 else "-" for n in range(LESSONS))
    letters = letters[:reached] + ("b" if reached < LESSONS else "") + letters[reached + 1 :]
    letters += "".join(chance.choice("aaawrb-") if reached > 5 * n else "-" for n in (1, 2, 3))
    moments = [began + timedelta(days=1.4 * n, minutes=chance.randint(0, 2000)) for n in range(len(letters))]
    done = sum(letter in "da" for letter in letters)
    last = began + timedelta(days=chance.triangular(0, 28, 27)) if done else None
    stamps = [moment.timestamp() for moment in moments]
    return {
        "steps": letters,
        "steps_at": written(stamp if letter in "dwra" else None for letter, stamp in zip(letters, stamps, strict=True)),
        "handed_in_at": written(stamps[n] if letters[n] in "wra" else None for n in range(LESSONS, len(letters))),
        "failures": "".join("2" if letter == "b" and chance.random() < 0.1 else "0" for letter in letters[:LESSONS]),
        "steps_done": done,
        "steps_total": len(letters),
        "lessons_done": letters.count("d"),
        "days_seen": days_seen([(last - timedelta(days=n)).date() for n in range(9)]) if last else 0,
        "last_activity_at": last,
        "summary_version": SUMMARY_VERSION,
    }


def fill_with_others(cohort: Any) -> None:
    """Let the database hold a thousand other cohorts of two hundred, with their people, roles, reports and tallies."""
    from django.db import connection

    from accounts.models import User
    from cohorts.models import Cohort, Deadline, Enrolment, Membership, QuestionTally, Submission, SubmissionAttempt

    cohorts = Cohort.objects.bulk_create(
        Cohort(
            name=f"示例班{n}",
            course=cohort.course,
            requirements=cohort.requirements,
            join_code=f"{n:07}",
            starts_on=cohort.starts_on,
            ends_on=cohort.ends_on,
            created_at=cohort.created_at,
            **({"opened_at": cohort.created_at} if hasattr(cohort, "opened_at") else {}),
        )
        for n in range(OTHER_COHORTS)
    )
    first = cohorts[0].pk
    assert [one.pk for one in cohorts] == list(range(first, first + OTHER_COHORTS))
    copies = [
        (
            User,
            {
                "username": "md5(n::text)",
                "full_name": "'示例' || n",
                "sort_key": "n::text",
                "phone": "NULL",
                "email": "NULL",
            },
        ),
        (
            Enrolment,
            {"uuid": "gen_random_uuid()", "cohort_id": f"{first} + n % {OTHER_COHORTS}", "user_id": "{user} + n"},
        ),
        (Membership, {"cohort_id": f"{first} + n % {OTHER_COHORTS}", "user_id": "{user} + n"}),
        (
            Submission,
            {
                "uuid": "gen_random_uuid()",
                "enrolment_id": "{enrolment} + n",
                "status": "CASE WHEN n % 10 = 0 THEN 'submitted' ELSE 'accepted' END",
            },
        ),
        (SubmissionAttempt, {"uuid": "gen_random_uuid()", "submission_id": "{submission} + n"}),
    ]
    base: dict[str, int] = {}
    with connection.cursor() as cursor:
        for model, changed in copies:
            base[model.__name__.lower()] = copy_rows(
                cursor, model, {name: value.format(**base) for name, value in changed.items()}
            )
    Deadline.objects.bulk_create(
        Deadline(cohort=one, step_key=key, due_at=due)
        for one in cohorts
        for key, due in Deadline.objects.filter(cohort=cohort).values_list("step_key", "due_at")
    )
    QuestionTally.objects.bulk_create(tallies_of(cohorts, cohort.requirements.lessons), batch_size=5000)


def copy_rows(cursor: Any, model: Any, changed: dict[str, str]) -> int:
    """Copy a row of a table as often as others are to be, but for the ``changed`` columns; return the id before."""
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    values = ", ".join(changed.get(column, f't."{column}"') for column in columns)
    cursor.execute(f'SELECT max(id) FROM "{table}"')
    (before,) = cursor.fetchone()
    cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {before})")
    number = OTHER_COHORTS * OTHER_LEARNERS
    names = ", ".join(f'"{column}"' for column in columns)
    cursor.execute(
        f'INSERT INTO "{table}" ({names}) SELECT {values} '
        f'FROM (SELECT * FROM "{table}" WHERE id = {before}) t, generate_series(1, {number}) n'
    )
    return int(before)
