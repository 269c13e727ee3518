"""People and their ways in."""

from collections.abc import Iterator

import pytest

from accounts.models import User
from accounts.sms import kept_codes
from courses.models import CoursePage
from tests.factories.content import kept_for_a_module, site_with_course
from tests.factories.editorial import a_volunteer, an_editor

NUMBER = "138 0013 8000"
PHONE = "+8613800138000"


@pytest.fixture(scope="module")
def course(django_db_setup: None, django_db_blocker) -> Iterator[CoursePage]:
    """The small course's Chinese page, loaded once for a module of tests about those who write it."""
    with kept_for_a_module(django_db_blocker, site_with_course) as built:
        yield built


@pytest.fixture
def author(course: CoursePage) -> User:
    """A volunteer."""
    return a_volunteer(name="沈青")


@pytest.fixture
def editor(course: CoursePage) -> User:
    """Somebody who reviews."""
    return an_editor(name="何编")


@pytest.fixture
def principal(db: None) -> User:
    """Somebody who was here before: name, school, and a number that was proved."""
    from django.utils import timezone

    from accounts.services.people import give_consent, verify_phone

    user = User.objects.create_user(full_name="林秀英", school="云岭小学", phone=PHONE)
    verify_phone(user=user, phone=PHONE, at=timezone.now())
    give_consent(user=user, at=timezone.now())
    return user


@pytest.fixture
def operator(db: None) -> User:
    return User.objects.create_superuser(full_name="高云", email="gao@terrace.example", password="a long password")


@pytest.fixture
def ask(client):
    """Ask for a code as a reader does; returns the response."""

    def ask_for_code(number: str = NUMBER, *, consent: bool = True, language: str = "zh-hans", **extra):
        data = {"phone": number} | ({"consent": "on"} if consent else {}) | extra
        return client.post(f"/{language}/account/sign-in/", data)

    return ask_for_code


@pytest.fixture
def newest_code():
    """Return the code that was sent last."""
    return lambda: kept_codes()[0]["code"]
