"""Those who write, read and publish, and pages on their way."""

from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from wagtail.models import Page, WorkflowState

from accounts.enums import SiteGroup
from accounts.models import User
from courses.models import LessonPage, ModulePage, PracticeIndexPage, PracticePage
from tests.factories.people import a_person

_numbers = count(1)


def a_member(*groups: str, name: str = "", **fields: Any) -> User:
    """Return somebody who is in these groups of the site; ``prepare_site`` gave the groups their rights."""
    number = next(_numbers)
    user = a_person(name=name or f"{groups[0]}{number}", email=f"m{number}@terrace.example", **fields)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def a_volunteer(**fields: Any) -> User:
    """Return somebody who writes."""
    return a_member(SiteGroup.VOLUNTEER, **fields)


def an_editor(**fields: Any) -> User:
    """Return somebody who reviews and publishes."""
    return a_member(SiteGroup.EDITOR, **fields)


def a_translator(**fields: Any) -> User:
    """Return somebody who translates."""
    return a_member(SiteGroup.TRANSLATOR, **fields)


def a_site_operator(**fields: Any) -> User:
    """Return somebody who runs the site by the operators' group: no superuser."""
    return a_member(SiteGroup.OPERATOR, **fields)


def a_lesson_by(author: User | None, *, title: str = "一课", language: str = "zh-hans", **fields: Any) -> LessonPage:
    """Return a draft of a lesson in the first module, as its author saved it."""
    module = ModulePage.objects.filter(locale__language_code=language).order_by("path").first()
    assert module is not None
    return _draft(LessonPage, module, author, title, summary="说明。", **fields)


def a_practice_by(
    author: User | None, *, title: str = "一法", language: str = "zh-hans", **fields: Any
) -> PracticePage:
    """Return a draft of a practice, as its author saved it."""
    library = PracticeIndexPage.objects.get(locale__language_code=language)
    return _draft(
        PracticePage, library, author, title, summary="说明。", credit="示例", risks="<p>先问孩子愿不愿意。</p>"
    )


def _draft(model: Any, parent: Page, author: User | None, title: str, **fields: Any) -> Any:
    page = model(title=title, slug=f"p{next(_numbers)}", owner=author, live=False, **fields)
    parent.add_child(instance=page)
    page.save_revision(user=author)
    return model.objects.get(pk=page.pk)


def change(page: Any, author: User | None, **fields: Any) -> Any:
    """Save a draft with other words, as the editor does, and return the page as it is in the database."""
    latest = page.get_latest_revision_as_object()
    for name, value in (fields or {"summary": f"改{next(_numbers)}。"}).items():
        setattr(latest, name, value)
    latest.save_revision(user=author)
    return type(page).objects.get(pk=page.pk)


def hand_in(page: Any, by: User) -> WorkflowState:
    """Submit the page for review."""
    workflow = page.get_workflow()
    assert workflow is not None
    return workflow.start(page, by)


def answer(page: Any, by: User, action: str, comment: str = "") -> None:
    """Answer the review that waits: ``approve`` or ``reject``."""
    state = page.current_workflow_task_state
    state.task.specific.on_action(state, by, action, comment=comment)
