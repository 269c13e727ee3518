"""What every test shares: a migrated database, folders of its own, Chinese as the language, and a fixed moment."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings

from tests.database import MigratedDatabase, open_test_database
from tests.kept import keep_in

# `make test` asks for "whole": the same examples each time, and no minutes spent on making a counter-example smaller.
hypothesis_settings.register_profile("terrace", deadline=None)
hypothesis_settings.register_profile(
    "whole", deadline=None, derandomize=True, phases=[phase for phase in Phase if phase is not Phase.shrink]
)
hypothesis_settings.load_profile("terrace")


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """The name of this xdist process, or ``main`` when there is only one."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "main"))


@pytest.fixture(scope="session")
def test_database(
    django_test_environment: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory, worker_name: str
) -> Iterator[MigratedDatabase]:
    """The database of this process; see tests/database.py."""
    with django_db_blocker.unblock():
        database = open_test_database(tmp_path_factory.mktemp("database"), worker_name)
    yield database
    with django_db_blocker.unblock():
        database.remove()


@pytest.fixture(scope="session")
def folder_of_the_run(tmp_path_factory: pytest.TempPathFactory, worker_name: str) -> Path:
    """A folder that all processes of this run share."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_name == "main" else own.parent) / "run"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def django_db_setup(test_database: MigratedDatabase, django_db_blocker, folder_of_the_run: Path) -> Iterator[None]:
    """Replaces pytest-django's set-up: the copy is migrated already, and is put back after a test that commits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: test_database.restore())
        with django_db_blocker.unblock():
            keep_in(folder_of_the_run)
        yield
        keep_in(None)


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path: Path) -> None:
    """Give each test its own folders for what a site writes."""
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "private"


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    """Run in the site's first language, whatever the test before activated."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Forget rate limits and cached pages: a limit reached in one test must not fail the next."""
    yield
    cache.clear()


@pytest.fixture
def now() -> datetime:
    """A Monday morning in a Chinese school."""
    return datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def english(db: None):
    """The English locale; migrations make only the Chinese one."""
    from wagtail.models import Locale

    return Locale.objects.get_or_create(language_code="en")[0]


@pytest.fixture
def site_environment(tmp_path: Path) -> dict[str, str]:
    """Environment variables for a command in a process of its own, on a copy of the migrated database."""
    import shutil

    from tests.database import sqlite_snapshot

    shutil.copyfile(sqlite_snapshot(), tmp_path / "terrace.sqlite3")
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'terrace.sqlite3'}",
        "TERRACE_VAR_DIR": str(tmp_path),
    }
