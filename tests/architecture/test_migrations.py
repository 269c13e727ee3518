"""Models and migrations say the same, as `makemigrations --check` would ask."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState
from django.utils import translation

pytestmark = pytest.mark.django_db  # a migration of wagtail-localize asks the database while it is being imported


def test_no_model_waits_for_a_migration() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    questioner = NonInteractiveMigrationQuestioner(specified_apps=set(settings.FIRST_PARTY_APPS), dry_run=True)
    with translation.override(None):  # as makemigrations does: labels would differ in Chinese
        detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps), questioner)
        changes = detector.changes(graph=loader.graph)
    waiting = {app: [str(step) for step in found[0].operations] for app, found in changes.items()}
    assert not {app: steps for app, steps in waiting.items() if app in settings.FIRST_PARTY_APPS}


def test_every_app_has_one_last_migration() -> None:
    assert not MigrationLoader(None, ignore_no_migrations=True).detect_conflicts()


def test_every_app_with_models_has_migrations() -> None:
    migrated = MigrationLoader(None, ignore_no_migrations=True).migrated_apps
    with_models = {app for app in settings.FIRST_PARTY_APPS if list(apps.get_app_config(app).get_models())}
    assert with_models <= migrated
