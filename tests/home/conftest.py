"""The front door: the small course, loaded once for a module of tests."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from courses.models import CoursePage
from tests.factories.content import DEMONSTRATION, kept_for_a_module, site_with_course


@pytest.fixture(scope="module")
def small_course(django_db_setup: None, django_db_blocker) -> Iterator[CoursePage]:
    """The small course's Chinese page. Tests that commit must load the course by themselves."""
    with kept_for_a_module(django_db_blocker, site_with_course) as course:
        yield course


@pytest.fixture(scope="module")
def demonstration(
    django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[CoursePage]:
    """The demonstration course: what is measured must be what people read. Never beside the small one."""
    with (
        override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")),
        kept_for_a_module(django_db_blocker, lambda: site_with_course(DEMONSTRATION)) as course,
    ):
        yield course
