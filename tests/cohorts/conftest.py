"""Learning: the small course, loaded once for a module of tests."""

from collections.abc import Iterator

import pytest

from courses.models import CoursePage
from tests.factories.content import kept_for_a_module, site_with_course


@pytest.fixture(scope="module")
def small_course(django_db_setup: None, django_db_blocker) -> Iterator[CoursePage]:
    """The small course's Chinese page. Tests that commit must load the course by themselves."""
    with kept_for_a_module(django_db_blocker, site_with_course) as course:
        yield course
