"""What each group of the site may do, and the one review that every page goes through. See docs/roles.md.

Set at each start, exactly: what was added to one of the four groups by hand goes away. Whoever needs something else
makes another group.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)

from accounts.enums import SiteGroup
from accounts.models import ReviewTask
from accounts.names import REVIEW
from courses.models import CourseIndexPage, PracticeIndexPage, QuestionBank
from home.models import HomePage

PAGES = "wagtailcore.{}_page"
WRITES = ("add",)
EDITS = ("add", "change", "publish", "lock", "unlock")
TRANSLATES = ("change",)
"""Narrowed to pages that are translations by ``accounts.rules.PageRights``."""
RUNS = (*EDITS, "bulk_delete")

ADMIN = ("wagtailadmin.access_admin",)
TRANSLATING = ("wagtail_localize.submit_translation",)
SHARED_CONTENT = (
    *("foundation.add_recording", "foundation.change_recording", "foundation.delete_recording"),
    *("courses.add_theme", "courses.change_theme", "courses.delete_theme"),
    *("courses.add_questionbank", "courses.change_questionbank", "courses.delete_questionbank"),
    "courses.change_mistakereport",
    "courses.publish_questionbank",
)
RUNNING = (
    *("accounts.add_user", "accounts.change_user", "accounts.delete_user"),
    *("wagtailredirects.add_redirect", "wagtailredirects.change_redirect", "wagtailredirects.delete_redirect"),
    "wagtailcore.change_site",
    "cohorts.add_cohort",
)
GENERAL: Mapping[str, tuple[str, ...]] = {
    SiteGroup.VOLUNTEER: (*ADMIN, "foundation.add_recording"),
    SiteGroup.EDITOR: (*ADMIN, *TRANSLATING, *SHARED_CONTENT),
    SiteGroup.TRANSLATOR: (*ADMIN, *TRANSLATING),
    SiteGroup.OPERATOR: (*ADMIN, *TRANSLATING, *SHARED_CONTENT, *RUNNING),
}
"""Rights that hold everywhere, by group."""

CHOOSES = ("wagtailimages.choose_image", "wagtaildocs.choose_document")
"""Wagtail keeps the rights on pictures and documents under its own models' names, whichever models a site has."""
UPLOADS = (*CHOOSES, "wagtailimages.add_image", "wagtaildocs.add_document")
UPLOADS_OF_OTHERS = (*UPLOADS, "wagtailimages.change_image", "wagtaildocs.change_document")
COLLECTIONS = ("wagtailcore.add_collection", "wagtailcore.change_collection", "wagtailcore.delete_collection")
FILES: Mapping[str, tuple[str, ...]] = {
    SiteGroup.VOLUNTEER: UPLOADS,
    SiteGroup.EDITOR: UPLOADS_OF_OTHERS,
    SiteGroup.TRANSLATOR: CHOOSES,
    SiteGroup.OPERATOR: (*UPLOADS_OF_OTHERS, *COLLECTIONS),
}
"""Rights on pictures and handouts, in all collections. Whoever may add may change and delete their own."""


def grant_rights() -> None:
    """Give the four groups exactly what they need, on the pages and collections that are there."""
    collection = Collection.get_first_root_node()
    for name in SiteGroup.values:
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.set(_permissions(GENERAL[name]))
        wanted = {(collection.pk, permission.pk) for permission in _permissions(FILES[name])}
        _set_exactly(GroupCollectionPermission, group, "collection_id", wanted)
        _set_exactly(GroupPagePermission, group, "page_id", set(_on_pages(name)))


def prepare_review() -> Workflow:
    """Make the review, which editors and operators answer; every page and every question bank goes through it."""
    workflow, _made = Workflow.objects.get_or_create(name=REVIEW, defaults={"active": True})
    task = ReviewTask.objects.filter(workflow_tasks__workflow=workflow).first()
    if task is None:
        task = ReviewTask.objects.create(name=REVIEW)
        WorkflowTask.objects.create(workflow=workflow, task=task)
    task.groups.set(Group.objects.filter(name__in=(SiteGroup.EDITOR, SiteGroup.OPERATOR)))
    for page in HomePage.objects.all():
        WorkflowPage.objects.update_or_create(page=page.page_ptr, defaults={"workflow": workflow})
    banks = ContentType.objects.get_for_model(QuestionBank)
    WorkflowContentType.objects.update_or_create(content_type=banks, defaults={"workflow": workflow})
    return workflow


def _on_pages(name: str) -> Iterable[tuple[int, int]]:
    """Yield the page and the permission of every right of this group on a tree of pages."""
    taught: list[Page] = [*CourseIndexPage.objects.all(), *PracticeIndexPage.objects.all()]
    rights: dict[str, tuple[Iterable[Page], tuple[str, ...]]] = {
        SiteGroup.VOLUNTEER: (taught, WRITES),
        SiteGroup.EDITOR: (taught, EDITS),
        SiteGroup.TRANSLATOR: (taught, TRANSLATES),
        SiteGroup.OPERATOR: (HomePage.objects.all(), RUNS),
    }
    pages, actions = rights[name]
    permissions = _permissions(PAGES.format(action) for action in actions)
    return [(page.pk, permission.pk) for page in pages for permission in permissions]


def _permissions(names: Iterable[str]) -> list[Permission]:
    """Return the permissions of these names (``app.codename``). Raises ``LookupError`` for one that is not there."""
    wanted = list(names)
    chosen = Q()
    for app, _dot, codename in (name.partition(".") for name in wanted):
        chosen |= Q(content_type__app_label=app, codename=codename)
    found = list(Permission.objects.filter(chosen).select_related("content_type"))
    known = {f"{permission.content_type.app_label}.{permission.codename}" for permission in found}
    if missing := set(wanted) - known:
        raise LookupError(f"there are no permissions called {', '.join(sorted(missing))}")
    return found


def _set_exactly(model: type[models.Model], group: Group, place: str, wanted: set[tuple[int, int]]) -> None:
    """Make the group's rows of a kind of right those that are wanted, and touch nothing that is right already."""
    kept: Iterable[Any] = model._default_manager.filter(group=group)
    rows = {(getattr(row, place), row.permission_id): row for row in kept}
    for key in rows.keys() - wanted:
        rows[key].delete()
    for where, permission in wanted - rows.keys():
        model._default_manager.create(group=group, permission_id=permission, **{place: where})
