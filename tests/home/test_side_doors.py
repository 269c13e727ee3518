"""Every group at every door of the admin, also where nobody looks first. A row names who gets through; no other does.

V volunteer · E editor · T translator · O operator (by group) · S superuser. Somebody without a group, somebody signed
out and a volunteer who was switched off get through nowhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
    get_page_models,
)
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from accounts.models import User
from accounts.rules import HasRights
from courses.enums import ReportState, WordImportStatus
from courses.models import (
    CourseIndexPage,
    MistakeReport,
    ModulePage,
    PracticeIndexPage,
    QuestionBank,
    Theme,
    WordImport,
)
from courses.services.mistakes import report_mistake
from foundation.models import Handout, Picture, Recording
from home.models import HomePage, StandardPage
from home.services.rights import grant_rights
from tests.factories import content, photos
from tests.factories.content import kept_for_a_module
from tests.factories.editorial import (
    a_lesson_by,
    a_practice_by,
    a_site_operator,
    a_translator,
    a_volunteer,
    an_editor,
    change,
    hand_in,
)
from tests.factories.people import a_person, an_operator
from tests.factories.practices import a_practice_draft

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the temporary files of thumbnails to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

TEAM = "VETOS"
KEEPERS = "EOS"
"""Those who look after the pages of others."""

LETTERS = dict(zip(TEAM, ("volunteer", "editor", "translator", "operator", "superuser"), strict=True))
OUTSIDE = ("nobody", "inactive", "guest")


class World(SimpleNamespace):
    """The people of each row's letters, and what lies behind the doors."""

    people: dict[str, User | None]


def a_world() -> World:
    content.site_with_course()
    volunteer, other, editor = a_volunteer(), a_volunteer(), an_editor()
    source = a_lesson_by(other)
    source.get_latest_revision().publish(user=editor)
    own_live = a_lesson_by(volunteer)
    own_live.get_latest_revision().publish(user=editor)
    in_review = a_lesson_by(other)
    state = hand_in(in_review, other)
    translation = a_translation(source)
    collection = Collection.get_first_root_node().add_child(name="内部")
    restriction = CollectionViewRestriction.objects.create(
        collection=collection, restriction_type=CollectionViewRestriction.GROUPS
    )
    restriction.groups.set(Group.objects.filter(name="editor"))
    with override_settings(TESTING=True):
        pictures = {name: a_picture(by) for name, by in (("own", volunteer), ("other", other))}
        handouts = {name: a_handout(by) for name, by in (("own", volunteer), ("other", other))}
    bank = QuestionBank(title="题库", locale=Locale.objects.get(language_code="zh-hans"), live=False)
    bank.save()
    bank.save_revision()
    superuser, bystander = an_operator(), a_person()
    module = ModulePage.objects.filter(locale__language_code="zh-hans").first()
    assert module
    return World(
        people={
            "volunteer": volunteer,
            "editor": editor,
            "translator": a_translator(),
            "operator": a_site_operator(),
            "superuser": superuser,
            "nobody": bystander,
            "inactive": a_volunteer(is_active=False),
            "guest": None,
        },
        superuser=superuser,
        bystander=bystander,
        other_person=other,
        own=a_lesson_by(volunteer),
        other=change(a_lesson_by(other), other, summary="改过。"),
        own_practice=a_practice_by(volunteer),
        live=content.lesson("ask"),
        own_live=own_live,
        in_review=in_review,
        task_state=state.current_task_state,
        workflow_state=state,
        translation=translation.get_target_instance(),
        translated=translation,
        source=source,
        english=a_lesson_by(other, language="en"),
        module=module,
        own_import=an_import(volunteer, module),
        other_import=an_import(other, module),
        own_report=a_report(a_lesson_by(volunteer)),
        other_report=a_report(source),
        practice_draft=a_practice_draft(a_person()),
        course=content.lesson("ask").get_parent().get_parent(),
        catalogue=CourseIndexPage.objects.get(locale__language_code="zh-hans"),
        library=PracticeIndexPage.objects.get(locale__language_code="zh-hans"),
        home=HomePage.objects.get(locale__language_code="zh-hans"),
        privacy=StandardPage.objects.get(locale__language_code="zh-hans"),
        pictures=pictures,
        handouts=handouts,
        private=a_handout(other, collection=collection),
        recording=Recording.objects.create(title="录音", original=ContentFile(b"x", "a.mp3"), queued_at=timezone.now()),
        theme=Theme.objects.first() or Theme.objects.create(key="theme", names={"zh-hans": "主题"}),
        bank=bank,
        segment=translation.source.stringsegment_set.first(),
        other_module=content.lesson("choose").get_parent(),
        site=Site.objects.get(),
    )


def an_import(by: User, parent: Any) -> WordImport:
    """Return a document that was read, with a picture in it, and waits for its sender to make a draft of it."""
    name = storages["private"].save("word/a.jpg", ContentFile(photos.a_jpeg(60, 40)))
    picture = {"number": 1, "file": name, "title": "a.jpg", "sha1": "0" * 40, "width": 60, "height": 40}
    return WordImport.objects.create(
        who=by,
        parent=parent,
        file="word/a.docx",
        file_name="a.docx",
        status=WordImportStatus.READY,
        content={"title": "来自文档", "summary": "说明。", "body": [], "pictures": [picture]},
        queued_at=timezone.now(),
        created_at=timezone.now(),
    )


def a_report(page: Any) -> MistakeReport:
    return report_mistake(page=page, text="有错字。", quotation="", reporter=None, at=timezone.now())


def a_picture(by: User) -> Picture:
    picture = Picture(title="图", uploaded_by_user=by)
    picture.file.save("a.jpg", ContentFile(photos.a_jpeg(60, 40)), save=False)
    picture.width, picture.height = 60, 40
    picture.save()
    return picture


def a_handout(by: User, **fields: Any) -> Handout:
    handout = Handout(title="讲义", uploaded_by_user=by, **fields)
    handout.file.save("a.pdf", ContentFile(b"%PDF-1.4"), save=False)
    handout.save()
    return handout


def a_translation(lesson: Any) -> Translation:
    source, _made = TranslationSource.update_or_create_from_instance(type(lesson).objects.get(pk=lesson.pk))
    translation = Translation.objects.create(source=source, target_locale=Locale.objects.get(language_code="en"))
    source.create_or_update_translation(translation.target_locale, publish=False, fallback=True)
    return translation


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="module")
def world_of_all(django_db_setup: None, django_db_blocker, files) -> Iterator[World]:
    with (
        override_settings(MEDIA_ROOT=files, PRIVATE_MEDIA_ROOT=files),
        kept_for_a_module(django_db_blocker, a_world) as built,
    ):
        yield built


@pytest.fixture
def world(world_of_all: World, files, settings) -> World:
    settings.MEDIA_ROOT = settings.PRIVATE_MEDIA_ROOT = files
    return world_of_all


@dataclass(frozen=True)
class Door:
    """An address below /admin/, and the letters of those who get through; ``posted`` makes it a POST."""

    who: str
    address: Callable[[World], str]
    posted: Callable[[World], dict[str, Any]] | None = None


def page(name: str, door: str) -> Callable[[World], str]:
    return lambda w: f"pages/{getattr(w, name).pk}/{door}"


def compare(name: str) -> Callable[[World], str]:
    return lambda w: f"pages/{getattr(w, name).pk}/revisions/compare/earliest...latest/"


def revision(name: str, door: str) -> Callable[[World], str]:
    return lambda w: f"pages/{getattr(w, name).pk}/revisions/{getattr(w, name).latest_revision_id}/{door}/"


def plain(address: str) -> Callable[[World], str]:
    return lambda w: address


def nothing(world: World) -> dict[str, Any]:
    return {}


def new(model: str, parent: str) -> Callable[[World], str]:
    return lambda w: f"pages/add/{model.replace('.', '/')}/{getattr(w, parent).pk}/"


PAGES: dict[str, Door] = {
    # Making
    "new lesson in a module": Door("VEOS", new("courses.lessonpage", "module")),
    "new assignment in a module": Door("VEOS", new("courses.assignmentpage", "module")),
    "new practice in the library": Door("VEOS", new("courses.practicepage", "library")),
    "new module in a course": Door(KEEPERS, new("courses.modulepage", "course")),
    "new course in the catalogue": Door(KEEPERS, new("courses.coursepage", "catalogue")),
    "new plain page": Door("OS", new("home.standardpage", "home")),
    # Editing
    "edit: own draft": Door("VEOS", page("own", "edit/")),
    "edit: own practice": Door("VEOS", page("own_practice", "edit/")),
    "edit: own page that is live": Door("VEOS", page("own_live", "edit/")),
    "edit: draft of another": Door(KEEPERS, page("other", "edit/")),
    "edit: live page of another": Door(KEEPERS, page("live", "edit/")),
    "edit: page in review": Door(KEEPERS, page("in_review", "edit/")),
    "edit: translation": Door("ETOS", page("translation", "edit/")),
    "edit: page written in English": Door(KEEPERS, page("english", "edit/")),
    "edit: source of a translation": Door(KEEPERS, page("source", "edit/")),
    "edit: module": Door(KEEPERS, page("module", "edit/")),
    "edit: catalogue": Door(KEEPERS, page("catalogue", "edit/")),
    "edit: home page": Door("OS", page("home", "edit/")),
    "edit: privacy notice": Door("OS", page("privacy", "edit/")),
    # Reading drafts
    "draft: own": Door("VEOS", page("own", "view_draft/")),
    "draft: another's": Door(KEEPERS, page("other", "view_draft/")),
    "draft: translation": Door("ETOS", page("translation", "view_draft/")),
    "preview in the editor: own": Door("VEOS", page("own", "edit/preview/"), nothing),
    "preview in the editor: another's": Door(KEEPERS, page("other", "edit/preview/"), nothing),
    "old version: own": Door("VEOS", revision("own", "view")),
    "old version: another's": Door(KEEPERS, revision("other", "view")),
    "restore: own": Door("VEOS", revision("own", "revert")),
    "restore: another's": Door(KEEPERS, revision("other", "revert")),
    "compare: own": Door("VEOS", compare("own")),
    "compare: another's": Door(KEEPERS, compare("other")),
    "history: own": Door("VEOS", page("own", "history/")),
    "history: another's": Door(KEEPERS, page("other", "history/")),
    "history of reviews: own": Door("VEOS", page("own", "workflow_history/")),
    "history of reviews: another's": Door(KEEPERS, page("in_review", "workflow_history/")),
    "one review of another's page": Door(
        KEEPERS, lambda w: f"pages/{w.in_review.pk}/workflow_history/detail/{w.workflow_state.pk}/"
    ),
    "usage: own": Door("VEOS", page("own", "usage/")),
    "usage: another's": Door(KEEPERS, page("other", "usage/")),
    # Acting
    "unpublish: own live page": Door(KEEPERS, page("own_live", "unpublish/")),
    "unpublish: another's": Door(KEEPERS, page("live", "unpublish/")),
    "delete: own draft": Door("VEOS", page("own", "delete/")),
    "delete: own page that is live": Door(KEEPERS, page("own_live", "delete/")),
    "delete: another's draft": Door(KEEPERS, page("other", "delete/")),
    "delete: a course with all that is in it": Door("OS", page("course", "delete/")),
    "delete: home page": Door("OS", page("home", "delete/")),
    "delete: translation": Door(KEEPERS, page("translation", "delete/")),
    "move: own draft": Door(KEEPERS, page("own", "move/")),
    "move: another's": Door(KEEPERS, page("other", "move/")),
    "copy: own": Door("VEOS", page("own", "copy/")),
    "copy: another's": Door(KEEPERS, page("other", "copy/")),
    "copy: live page of another": Door(KEEPERS, page("live", "copy/")),
    "lock: own": Door(KEEPERS, page("own", "lock/"), nothing),
    "lock: another's": Door(KEEPERS, page("other", "lock/"), nothing),
    "unlock: own, locked by nobody": Door(KEEPERS, page("own", "unlock/"), nothing),
    "who may read: own": Door(KEEPERS, page("own", "privacy/")),
    "order of pages": Door(KEEPERS, lambda w: f"pages/{w.own.pk}/set_position/?position=0", nothing),
    "take a date back: own": Door(KEEPERS, revision("own", "unschedule")),
    # Review
    "approve": Door(KEEPERS, lambda w: f"pages/workflow/action/{w.in_review.pk}/approve/{w.task_state.pk}/", nothing),
    "return": Door(KEEPERS, lambda w: f"pages/workflow/action/{w.in_review.pk}/reject/{w.task_state.pk}/", nothing),
    "preview of a page in review": Door(
        KEEPERS, lambda w: f"pages/workflow/preview/{w.in_review.pk}/{w.task_state.task_id}/"
    ),
    # Localize
    "begin a translation": Door("ETOS", lambda w: f"localize/submit/page/{w.live.pk}/"),
    "take a PO file": Door("ETOS", lambda w: f"localize/translate/{w.translated.pk}/pofile/download/"),
    "bring a PO file": Door(
        "ETOS",
        lambda w: f"localize/translate/{w.translated.pk}/pofile/upload/?next=/admin/pages/",
        lambda w: {"file": a_po(w)},
    ),
    "preview of a translation": Door("ETOS", lambda w: f"localize/translate/{w.translated.pk}/preview/"),
    "stop a translation": Door(
        "ETOS", lambda w: f"localize/translate/{w.translated.pk}/disable/?next=/admin/pages/", nothing
    ),
    "sync translations": Door("ETOS", lambda w: f"localize/update/{w.translated.source_id}/"),
}


def a_po(world: World) -> ContentFile:
    return ContentFile(str(world.translated.export_po()).encode(), name="t.po")


def of(kind: str, whose: str, door: str) -> Callable[[World], str]:
    return lambda w: f"{kind}/{door.format(getattr(w, 'pictures' if kind == 'images' else 'handouts')[whose].pk)}"


def snippet(name: str, door: str) -> Callable[[World], str]:
    def address(world: World) -> str:
        made = getattr(world, name)
        return f"snippets/{made._meta.app_label}/{made._meta.model_name}/{door.format(made.pk)}"

    return address


FILES: dict[str, Door] = {
    "pictures: list": Door("VEOS", plain("images/")),
    "pictures: add": Door("VEOS", plain("images/add/")),
    "pictures: edit own": Door("VEOS", of("images", "own", "{}/")),
    "pictures: edit another's": Door(KEEPERS, of("images", "other", "{}/")),
    "pictures: delete own": Door("VEOS", of("images", "own", "{}/delete/")),
    "pictures: delete another's": Door(KEEPERS, of("images", "other", "{}/delete/")),
    "pictures: choose": Door(TEAM, plain("images/chooser/")),
    "pictures: upload by the chooser": Door("VEOS", plain("images/chooser/create/")),
    "pictures: edit by the upload screen": Door(KEEPERS, of("images", "other", "multiple/{}/"), lambda w: {}),
    "pictures: delete by the upload screen": Door(KEEPERS, of("images", "other", "multiple/{}/delete/"), nothing),
    "pictures: usage of another's": Door(KEEPERS, of("images", "other", "usage/{}/")),
    "handouts: list": Door("VEOS", plain("documents/")),
    "handouts: add": Door("VEOS", plain("documents/add/")),
    "handouts: edit own": Door("VEOS", of("documents", "own", "edit/{}/")),
    "handouts: edit another's": Door(KEEPERS, of("documents", "other", "edit/{}/")),
    "handouts: delete own": Door("VEOS", of("documents", "own", "delete/{}/")),
    "handouts: delete another's": Door(KEEPERS, of("documents", "other", "delete/{}/")),
    "handouts: choose": Door(TEAM, plain("documents/chooser/")),
    "handouts: usage of another's": Door(KEEPERS, of("documents", "other", "usage/{}/")),
    "recordings: list": Door("VEOS", plain("snippets/foundation/recording/")),
    "recordings: add": Door("VEOS", plain("snippets/foundation/recording/add/")),
    "recordings: edit": Door(KEEPERS, snippet("recording", "edit/{}/")),
    "recordings: delete": Door(KEEPERS, snippet("recording", "delete/{}/")),
    "themes: list": Door(KEEPERS, plain("snippets/courses/theme/")),
    "themes: edit": Door(KEEPERS, snippet("theme", "edit/{}/")),
    "question banks: list": Door(KEEPERS, plain("snippets/courses/questionbank/")),
    "question banks: edit": Door(KEEPERS, snippet("bank", "edit/{}/")),
    "question banks: history": Door(KEEPERS, snippet("bank", "history/{}/")),
    "question banks: delete": Door(KEEPERS, snippet("bank", "delete/{}/")),
    "question banks: usage": Door(KEEPERS, snippet("bank", "usage/{}/")),
    "question banks: choose": Door(TEAM, plain("snippets/choose/courses/questionbank/")),
    "collections": Door("OS", plain("collections/")),
}

RUNNING: dict[str, Door] = {
    "first page": Door(TEAM, plain("")),
    "explorer": Door(TEAM, lambda w: f"pages/{w.module.pk}/"),
    "own account": Door(TEAM, plain("account/")),
    "people: list": Door("OS", plain("users/")),
    "people: add": Door("OS", plain("users/new/")),
    "people: edit": Door("OS", lambda w: f"users/edit/{w.other_person.pk}/"),
    "people: edit a superuser": Door("S", lambda w: f"users/edit/{w.superuser.pk}/"),
    "people: delete": Door("OS", lambda w: f"users/delete/{w.other_person.pk}/"),
    "people: history": Door("OS", lambda w: f"users/history/{w.other_person.pk}/"),
    "groups: list": Door("S", plain("groups/")),
    "groups: edit": Door("S", lambda w: f"groups/edit/{Group.objects.get(name='volunteer').pk}/"),
    "sites": Door("OS", plain("sites/")),
    "languages": Door("S", plain("locales/")),
    "redirects": Door("OS", plain("redirects/")),
    "reviews: list": Door("S", plain("workflows/list/")),
    "reviews: steps": Door("S", plain("workflows/tasks/index/")),
    # Reports say of pages what the explorer says, for those one works with; the menu shows them to keepers only.
    "report: what was done": Door(TEAM, plain("reports/site-history/")),
    "report: ageing pages": Door(TEAM, plain("reports/aging-pages/")),
    "report: reviews": Door(TEAM, plain("reports/workflow/")),
    "report: kinds of pages": Door(TEAM, plain("reports/page-types-usage/")),
    "report: locked pages": Door(KEEPERS, plain("reports/locked/")),
}


def taught(name: str, door: str) -> Callable[[World], str]:
    return lambda w: f"teaching/{getattr(w, name).pk}/{door}/"


def imported(name: str, door: str = "") -> Callable[[World], str]:
    return lambda w: f"word/{getattr(w, name).uuid}/{door}"


def reported(name: str) -> Callable[[World], str]:
    return lambda w: f"teaching/mistakes/{getattr(w, name).uuid}/"


WRITING: dict[str, Door] = {
    # A document is its sender's alone until it is a draft: not even superusers look into it.
    "word: choose a file": Door("VEOS", plain("word/")),
    "word: own import": Door("V", imported("own_import")),
    "word: another's import": Door("", imported("other_import")),
    "word: how far one's own is": Door("V", imported("own_import", "status/")),
    "word: how far another's is": Door("", imported("other_import", "status/")),
    "word: picture of one's own": Door("V", imported("own_import", "picture/1/")),
    "word: picture of another's": Door("", imported("other_import", "picture/1/")),
    "word: try another's again": Door("", imported("other_import", "retry/"), nothing),
    "reader panel: own": Door("VEOS", taught("own", "reading")),
    "reader panel: another's": Door(KEEPERS, taught("other", "reading")),
    "reader panel: live page of another": Door(KEEPERS, taught("live", "reading")),
    "reader panel: page in review": Door(KEEPERS, taught("in_review", "reading")),
    "reader panel: translation": Door("ETOS", taught("translation", "reading")),
    "draft link: own": Door("VEOS", taught("own", "draft-link"), nothing),
    "draft link: another's": Door(KEEPERS, taught("other", "draft-link"), nothing),
    "draft link: page in review": Door(KEEPERS, taught("in_review", "draft-link"), nothing),
    "draft link: translation": Door("ETOS", taught("translation", "draft-link"), nothing),
    "draft link: home page": Door("OS", taught("home", "draft-link"), nothing),
    "mistakes: list": Door(TEAM, plain("teaching/mistakes/")),
    "mistakes: about one's own page": Door("VEOS", reported("own_report")),
    "mistakes: about another's": Door(KEEPERS, reported("other_report")),
    "recordings: try again": Door(KEEPERS, lambda w: f"recordings/{w.recording.pk}/retry/", nothing),
    "recordings: usage": Door(KEEPERS, snippet("recording", "usage/{}/")),
    "recordings: history": Door("VEOS", snippet("recording", "history/{}/")),
    "themes: add": Door(KEEPERS, plain("snippets/courses/theme/add/")),
    "themes: delete": Door(KEEPERS, snippet("theme", "delete/{}/")),
    "question banks: add": Door(KEEPERS, plain("snippets/courses/questionbank/add/")),
    "question banks: copy": Door(KEEPERS, snippet("bank", "copy/{}/")),
    "question banks: preview": Door(KEEPERS, snippet("bank", "preview/{}/"), nothing),
    "question banks: compare": Door(KEEPERS, snippet("bank", "history/{}/revisions/compare/earliest...latest/")),
    "question banks: old version": Door(
        KEEPERS,
        lambda w: f"snippets/courses/questionbank/history/{w.bank.pk}/revisions/{w.bank.latest_revision_id}/view/",
    ),
    "question banks: restore": Door(
        KEEPERS,
        lambda w: f"snippets/courses/questionbank/history/{w.bank.pk}/revisions/{w.bank.latest_revision_id}/revert/",
    ),
    "question banks: history of reviews": Door(KEEPERS, snippet("bank", "workflow_history/{}/")),
    "translate: a whole course": Door("ETOS", lambda w: f"localize/submit/page/{w.course.pk}/"),
    "translate: a question bank": Door("ETOS", lambda w: f"localize/submit/snippet/courses/questionbank/{w.bank.pk}/"),
    "translate: words are right as they are": Door(
        "ETOS", page("translation", "edit/"), lambda w: {"translation": "confirm"}
    ),
    "translate: keep a draft": Door("ETOS", page("translation", "edit/"), lambda w: {"translation": "draft"}),
    "translate: turn into an alias": Door("", lambda w: f"localize/page/{w.translation.pk}/convert_to_alias/", nothing),
}

DOORS = PAGES | FILES | RUNNING | WRITING


def client_of(user: User | None) -> Client:
    client = Client(raise_request_exception=True)
    if user:
        client.force_login(User.objects.get(pk=user.pk))
    return client


def passes(world: World, role: str, door: Door) -> bool:
    """Tell whether this role gets through. What a POST changes is taken back."""
    client, address = client_of(world.people[role]), f"/admin/{door.address(world)}"
    with transaction.atomic():
        response = client.post(address, door.posted(world)) if door.posted else client.get(address)
        transaction.set_rollback(True)
    return is_through(response)


def is_through(response: Any) -> bool:
    """Tell a refusal from an answer.

    Wagtail refuses by leading to the admin's first page, and we by leading to the sign-in.
    """
    assert response.status_code in (200, 302, 403, 404), response.status_code
    location = response.headers.get("Location", "").split("?")[0]
    if response.status_code == 302:
        elsewhere = location == "/admin/" or "/account/" in location or "/login/" in location
        return not elsewhere
    return bool(response.status_code == 200)


@pytest.mark.parametrize("name", DOORS)
def test_who_gets_through(world: World, name: str) -> None:
    door = DOORS[name]
    got = "".join(letter for letter, role in LETTERS.items() if passes(world, role, door))
    assert got == door.who


@pytest.mark.parametrize("role", OUTSIDE)
def test_who_is_outside_gets_through_nowhere(world: World, role: str) -> None:
    assert [name for name, door in DOORS.items() if passes(world, role, door)] == []


# --- what a door does, and not only whether it opens ---------------------------------------------------------------


@dataclass(frozen=True)
class Deed:
    """Something posted, how one sees that it was done, and the letters of those by whom it is done."""

    who: str
    address: Callable[[World], str]
    is_done: Callable[[World], bool]
    posted: Callable[[World], dict[str, Any]] = nothing
    is_put: bool = False


def bulk(action: str, name: str) -> Callable[[World], str]:
    return lambda w: f"bulk/wagtailcore/page/{action}/?id={getattr(w, name).pk}&next=/admin/reports/"


def fresh(page: Any) -> Page:
    return Page.objects.get(pk=page.pk)


def is_gone(name: str) -> Callable[[World], bool]:
    return lambda w: not Page.objects.filter(pk=getattr(w, name).pk).exists()


def is_live(name: str) -> Callable[[World], bool]:
    return lambda w: bool(fresh(getattr(w, name)).live)


def is_away(name: str) -> Callable[[World], bool]:
    return lambda w: not fresh(getattr(w, name)).live


DEEDS: dict[str, Deed] = {
    "unpublish": Deed(KEEPERS, page("live", "unpublish/"), is_away("live")),
    "unpublish one's own": Deed(KEEPERS, page("own_live", "unpublish/"), is_away("own_live")),
    "unpublish, many at once": Deed(KEEPERS, bulk("unpublish", "live"), is_away("live")),
    "publish another's, many at once": Deed(KEEPERS, bulk("publish", "other"), is_live("other")),
    "publish a page above others, many at once": Deed(
        KEEPERS, bulk("publish", "module"), is_live("other"), lambda w: {"include_descendants": "on"}
    ),
    "publish a volunteer's, many at once": Deed(KEEPERS, bulk("publish", "own"), is_live("own")),
    "delete one's own draft": Deed("VEOS", page("own", "delete/"), is_gone("own")),
    "delete another's draft": Deed(KEEPERS, page("other", "delete/"), is_gone("other")),
    "delete one's own draft, many at once": Deed("VEOS", bulk("delete", "own"), is_gone("own")),
    "delete another's draft, many at once": Deed(KEEPERS, bulk("delete", "other"), is_gone("other")),
    "delete one's own live page, many at once": Deed(KEEPERS, bulk("delete", "own_live"), is_gone("own_live")),
    "move": Deed(
        KEEPERS,
        lambda w: f"pages/{w.own.pk}/move/{w.other_module.pk}/confirm/",
        lambda w: fresh(w.own).is_descendant_of(fresh(w.other_module)),
    ),
    "move, many at once": Deed(
        KEEPERS,
        bulk("move", "own"),
        lambda w: fresh(w.own).is_descendant_of(fresh(w.other_module)),
        lambda w: {"chooser": w.other_module.pk},
    ),
    "lock": Deed(KEEPERS, page("other", "lock/"), lambda w: bool(fresh(w.other).locked)),
    "approve": Deed(
        KEEPERS,
        lambda w: f"pages/workflow/action/{w.in_review.pk}/approve/{w.task_state.pk}/",
        is_live("in_review"),
        lambda w: {"comment": "好。"},
    ),
    "cancel another's review": Deed(
        KEEPERS,
        page("in_review", "edit/"),
        lambda w: not fresh(w.in_review).specific.workflow_in_progress,
        lambda w: {"action-cancel-workflow": "1", "body-count": "0", "comments-TOTAL_FORMS": "0"},
    ),
    "delete another's picture by the upload screen": Deed(
        KEEPERS,
        of("images", "other", "multiple/{}/delete/"),
        lambda w: not Picture.objects.filter(pk=w.pictures["other"].pk).exists(),
    ),
    "put another's picture elsewhere, many at once": Deed(
        KEEPERS,
        lambda w: f"bulk/foundation/picture/add_to_collection/?id={w.pictures['other'].pk}&next=/admin/images/",
        lambda w: Picture.objects.get(pk=w.pictures["other"].pk).collection_id == w.private.collection_id,
        lambda w: {"collection": w.private.collection_id},
    ),
    "delete another's picture, many at once": Deed(
        KEEPERS,
        lambda w: f"bulk/foundation/picture/delete/?id={w.pictures['other'].pk}&next=/admin/images/",
        lambda w: not Picture.objects.filter(pk=w.pictures["other"].pk).exists(),
    ),
    "delete another's handout, many at once": Deed(
        KEEPERS,
        lambda w: f"bulk/foundation/handout/delete/?id={w.handouts['other'].pk}&next=/admin/documents/",
        lambda w: not Handout.objects.filter(pk=w.handouts["other"].pk).exists(),
    ),
    "make a draft of one's own import": Deed(
        "V", imported("own_import", "draft/"), lambda w: bool(WordImport.objects.get(pk=w.own_import.pk).page)
    ),
    "make a draft of another's import": Deed(
        "", imported("other_import", "draft/"), lambda w: bool(WordImport.objects.get(pk=w.other_import.pk).page)
    ),
    "close a report about another's page": Deed(
        KEEPERS,
        reported("other_report"),
        lambda w: MistakeReport.objects.get(pk=w.other_report.pk).state == ReportState.MENDED,
        lambda w: {"state": ReportState.MENDED, "answer": "已改。"},
    ),
    "delete a question bank, many at once": Deed(
        KEEPERS,
        lambda w: f"bulk/courses/questionbank/delete/?id={w.bank.pk}&next=/admin/",
        lambda w: not QuestionBank.objects.filter(pk=w.bank.pk).exists(),
    ),
    "translate a passage": Deed(
        "ETOS",
        lambda w: f"localize/translate/{w.translated.pk}/strings/{w.segment.pk}/edit/",
        lambda w: StringTranslation.objects.filter(data="By the side door").exists(),
        lambda w: {"value": "By the side door"},
        is_put=True,
    ),
}


@pytest.mark.parametrize("name", DEEDS)
def test_by_whom_it_is_done(world: World, name: str) -> None:
    deed = DEEDS[name]
    got = "".join(letter for letter, role in LETTERS.items() if does(world, role, deed))
    assert got == deed.who


@pytest.mark.parametrize("role", OUTSIDE)
def test_nothing_is_done_from_outside(world: World, role: str) -> None:
    assert [name for name, deed in DEEDS.items() if does(world, role, deed)] == []


def does(world: World, role: str, deed: Deed) -> bool:
    assert not deed.is_done(world), "it is done before it begins"
    with transaction.atomic():
        client, address = client_of(world.people[role]), f"/admin/{deed.address(world)}"
        if deed.is_put:
            client.put(address, urlencode(deed.posted(world)), content_type="application/x-www-form-urlencoded")
        else:
            client.post(address, deed.posted(world))
        done = deed.is_done(world)
        transaction.set_rollback(True)
    return done


# --- what principals write on the phone ----------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*LETTERS.values(), *OUTSIDE])
def test_what_a_principal_is_writing_is_nobody_else_s(world: World, role: str) -> None:
    client, draft = client_of(world.people[role]), world.practice_draft
    form = reverse("courses:write_practice", args=[draft.uuid])
    photo = reverse("courses:practice_photo", args=[draft.photos.get().uuid])
    for answer in (client.get(form), client.post(form, {"title": "不是我的", "whole": "1"}), client.get(photo)):
        assert not is_through(answer), answer.headers
        assert "写到一半的做法" not in answer.content.decode()
    draft.refresh_from_db()
    assert draft.answers["title"] == "写到一半的做法"
    assert client_of(draft.author).get(form).status_code == client_of(draft.author).get(photo).status_code == 200


# --- what may be seen of others' drafts ----------------------------------------------------------------------------


def test_the_team_sees_titles_of_drafts_in_its_trees_and_nothing_beyond_them(world: World) -> None:
    for letter, role in LETTERS.items():
        client = client_of(world.people[role])
        draft = client.get(f"/admin/api/main/pages/{world.other.pk}/")
        assert draft.json()["title"] == world.other.title, letter
        beyond = client.get(f"/admin/api/main/pages/{world.privacy.pk}/")
        assert (beyond.status_code == 200) == (letter in "OS"), letter


@pytest.mark.parametrize("role", ["nobody", "inactive", "guest"])
def test_the_admin_s_own_api_is_for_the_team(world: World, role: str) -> None:
    response = client_of(world.people[role]).get("/admin/api/main/pages/")
    assert response.status_code in (302, 401, 403)
    assert "一课" not in response.content.decode()


@pytest.mark.parametrize("role", ["volunteer", "translator"])
def test_the_text_of_another_s_draft_is_not_in_the_admin_s_own_api(world: World, role: str) -> None:
    client = client_of(world.people[role])
    for address in (f"/admin/api/main/pages/{world.other.pk}/", "/admin/api/main/pages/?fields=*&limit=20&order=-id"):
        assert "改过。" not in client.get(address).content.decode()


def test_what_operators_do_to_people_is_in_nobody_else_s_report(world: World) -> None:
    client_of(world.people["superuser"]).post(
        f"/admin/users/edit/{world.bystander.pk}/",
        {"full_name": "改名的人", "language": "zh-hans", "phone": "13900000001", "is_active": "on"},
    )
    reports = {
        letter: "改名的人" in client_of(world.people[role]).get("/admin/reports/site-history/").content.decode()
        for letter, role in LETTERS.items()
    }
    assert reports == dict(zip(TEAM, (False, False, False, True, True), strict=True))


@pytest.mark.parametrize(
    ("role", "opens"), [("editor", True), ("volunteer", False), ("nobody", False), ("guest", False)]
)
def test_a_handout_of_a_private_collection_is_served_to_its_group(world: World, role: str, opens: bool) -> None:
    response = client_of(world.people[role]).get(world.private.url)
    assert (response.status_code == 200) == opens
    if response.streaming:
        b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_rights_are_the_same_however_often_they_are_set(world: World) -> None:
    def all_of_them() -> list[Any]:
        return [
            sorted(Group.permissions.through.objects.values_list("group__name", "permission__codename")),
            sorted(GroupPagePermission.objects.values_list("group__name", "page", "permission__codename", "pk")),
            sorted(GroupCollectionPermission.objects.values_list("group__name", "permission__codename", "pk")),
        ]

    before = all_of_them()
    volunteers = Group.objects.get(name="volunteer")
    GroupPagePermission.objects.create(
        group=volunteers, page=world.home.page_ptr, permission=Permission.objects.get(codename="publish_page")
    )
    volunteers.permissions.add(Permission.objects.get(codename="change_user"))
    grant_rights()
    assert all_of_them() == before


def test_every_page_model_has_our_rights_and_every_page_goes_through_review(world: World) -> None:
    assert [model for model in get_page_models() if model is not Page and not issubclass(model, HasRights)] == []
    assert [page.title for page in Page.objects.filter(depth__gt=1).specific() if not page.has_workflow] == []


def test_the_menu_shows_what_is_theirs_and_leads_nowhere_off_the_site(world: World) -> None:
    places = {"reports": "/admin/reports/", "people": "/admin/users/", "banks": "/admin/snippets/courses/questionbank/"}
    shown = {}
    for letter, role in LETTERS.items():
        html = client_of(world.people[role]).get("/admin/").content.decode()
        shown[letter] = {name for name, address in places.items() if address in html}
        assert "guide.wagtail.org" not in html
        assert "docs.wagtail.org" not in html
    keeper, operator = {"reports", "banks"}, {"reports", "banks", "people"}
    assert shown == {"V": set(), "E": keeper, "T": set(), "O": operator, "S": operator}
