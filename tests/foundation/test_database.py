"""The test database is what migrations made, before each test and whatever the test before committed."""

import pytest
from wagtail.models import Locale, Page, Site

from foundation.models import Heartbeat
from foundation.tasks import heartbeat

pytestmark = pytest.mark.database


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_test_that_commits_leaves_nothing_behind(turn: str) -> None:
    assert not Heartbeat.objects.exists()
    assert Page.objects.filter(depth=1).count() == 1
    heartbeat()


@pytest.mark.django_db
def test_migrations_make_the_root_and_the_first_language() -> None:
    assert Site.objects.filter(is_default_site=True).count() == 1
    assert set(Locale.objects.values_list("language_code", flat=True)) == {"zh-hans"}
