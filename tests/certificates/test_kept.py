"""What proves something cannot be deleted: not by code, and in the admin with a sentence and no crash."""

from typing import Any

import pytest
from django.db.models import ProtectedError
from django.urls import reverse
from wagtail.models import Page

from accounts.models import User
from certificates.models import Certificate
from courses.models import CourseIndexPage, CoursePage, ModulePage
from tests.certificates.builders import make_certificate, make_cohort, make_completed, make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client, settings):
    settings.WAGTAILADMIN_UNSAFE_PAGE_DELETION_LIMIT = 1000
    client.force_login(User.objects.create_superuser(full_name="运维", email="ops@terrace.example"))
    return client


def said_by(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


@pytest.mark.parametrize("what", ["enrolment", "holder", "cohort", "course", "facilitator's cohort"])
@pytest.mark.database
def test_what_a_certificate_rests_on_cannot_be_deleted(what: str) -> None:
    certificate = make_certificate()
    cohort = certificate.enrolment.cohort
    thing: Any = {
        "enrolment": certificate.enrolment,
        "holder": certificate.holder,
        "cohort": cohort,
        "course": cohort.course,
        "facilitator's cohort": cohort.memberships.get().user,
    }[what]
    with pytest.raises(ProtectedError):
        thing.delete()
    assert Certificate.objects.filter(pk=certificate.pk).exists()
    assert Page.objects.filter(pk=cohort.course.pk).exists()


@pytest.mark.database
def test_a_course_is_kept_by_a_cohort_that_nobody_has_joined() -> None:
    cohort = make_cohort()
    cohort.memberships.all().delete()
    with pytest.raises(ProtectedError):
        cohort.course.delete()


def test_a_replaced_certificate_is_kept_by_its_successor() -> None:
    old = make_certificate(status="superseded")
    make_certificate(old.enrolment, version=2, supersedes=old)
    with pytest.raises(ProtectedError):
        old.delete()


def test_the_admin_refuses_to_delete_a_course_of_a_cohort_in_words(admin) -> None:
    cohort = make_certificate().enrolment.cohort
    address = reverse("wagtailadmin_pages:delete", args=[cohort.course.pk])
    for send in (admin.get, admin.post):
        response = send(address, follow=True)
        assert response.status_code == 200
        assert cohort.name in said_by(response)
        assert CoursePage.objects.filter(pk=cohort.course.pk).exists()


def test_it_refuses_for_a_page_above_the_course_too(admin) -> None:
    index = Page.objects.get(depth=1).add_child(instance=CourseIndexPage(title="课程", slug="courses"))
    course = make_course()
    course.move(index, pos="last-child")
    cohort = make_cohort(CoursePage.objects.get(pk=course.pk))
    index = Page.objects.get(pk=index.pk)

    response = admin.post(reverse("wagtailadmin_pages:delete", args=[index.pk]), follow=True)
    assert response.status_code == 200
    assert cohort.name in said_by(response)
    assert Page.objects.filter(pk=index.pk).exists()


def test_it_refuses_for_many_at_once(admin) -> None:
    taken, free = make_completed().cohort, make_course()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    response = admin.post(f"{address}?id={free.pk}&id={taken.course.pk}", follow=True)
    assert response.status_code == 200
    assert taken.name in said_by(response)
    assert CoursePage.objects.filter(pk__in=[free.pk, taken.course.pk]).count() == 2, "all or nothing"


def test_what_no_cohort_takes_can_be_deleted(admin) -> None:
    make_completed()
    free = make_course()
    module = free.add_child(instance=ModulePage(title="模块", slug="module"))
    assert admin.post(reverse("wagtailadmin_pages:delete", args=[module.pk])).status_code == 302
    assert not Page.objects.filter(pk=module.pk).exists()
    assert admin.post(reverse("wagtailadmin_pages:delete", args=[free.pk])).status_code == 302
    assert not Page.objects.filter(pk=free.pk).exists()

    many = [make_course(), make_course()]
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    admin.post(f"{address}?id={many[0].pk}&id={many[1].pk}")
    assert not CoursePage.objects.filter(pk__in=[page.pk for page in many]).exists()


def test_a_long_list_of_cohorts_is_cut(admin) -> None:
    course = make_course()
    for number in range(23):
        make_cohort(course, name=f"第{number}班")
    said = said_by(admin.post(reverse("wagtailadmin_pages:delete", args=[course.pk]), follow=True))
    assert sum(f"第{number}班" in said for number in range(23)) == 20
    assert "另有 3 个" in said
