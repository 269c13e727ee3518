"""A practice that lessons or assignments lead to, or that others were adapted from, stays; the refusal names them."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import RestrictedError
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from courses.models import LessonPage, PracticeIndexPage, PracticePage, PracticeUse, Theme
from tests.factories import content
from tests.factories.people import an_operator
from tests.factories.practices import a_practice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


@pytest.fixture
def admin(client: Client, settings) -> Client:
    settings.WAGTAILADMIN_UNSAFE_PAGE_DELETION_LIMIT = 1000
    client.force_login(an_operator())
    return client


def said_by(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def lead_to(lesson: LessonPage, *practices: PracticePage) -> LessonPage:
    """Publish ``lesson`` with cards to these practices and to no others."""
    others = [block for block in lesson.body.get_prep_value() if block["type"] != "practice"]
    cards = [
        {"type": "practice", "id": f"card-{practice.pk}", "value": {"page": practice.pk, "note": ""}}
        for practice in practices
    ]
    lesson.body = json.dumps(others + cards)
    lesson.save_revision().publish()
    return LessonPage.objects.get(pk=lesson.pk)


def used_by(practice: PracticePage) -> set[int]:
    return set(PracticeUse.objects.filter(practice=practice).values_list("page_id", flat=True))


DELETE_MANY = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])


def delete(admin: Client, *pages: Page) -> Any:
    if len(pages) == 1:
        return admin.post(reverse("wagtailadmin_pages:delete", args=[pages[0].pk]), follow=True)
    return admin.post(f"{DELETE_MANY}?{'&'.join(f'id={page.pk}' for page in pages)}", follow=True)


# --- the rows ---------------------------------------------------------------------------------------------------------


def test_publishing_a_lesson_writes_what_it_leads_to_and_nothing_it_led_to_before() -> None:
    first, second = a_practice(title="第一条"), a_practice(title="第二条")
    lesson = lead_to(content.lesson("read"), first, second)
    assert used_by(first) == used_by(second) == {lesson.pk}
    lead_to(lesson, second)
    assert used_by(first) == set()
    assert used_by(second) == {lesson.pk}


def test_a_draft_of_a_live_lesson_changes_nothing_until_it_is_published() -> None:
    first, second = a_practice(title="第一条"), a_practice(title="第二条")
    lesson = lead_to(content.lesson("read"), first)
    lesson.body = json.dumps([{"type": "practice", "id": "x", "value": {"page": second.pk, "note": ""}}])
    lesson.save_revision()
    assert used_by(first) == {lesson.pk}
    assert used_by(second) == set()


def test_an_unpublished_lesson_still_needs_its_practice_and_a_deleted_one_does_not() -> None:
    practice = a_practice()
    lesson = lead_to(content.lesson("read"), practice)
    lesson.unpublish()
    assert used_by(practice) == {lesson.pk}
    LessonPage.objects.get(pk=lesson.pk).delete()
    assert used_by(practice) == set()


def test_the_rows_can_be_written_anew() -> None:
    practice = a_practice()
    lesson = lead_to(content.lesson("read"), practice)
    PracticeUse.objects.all().delete()
    out = StringIO()
    call_command("rebuild_practice_uses", stdout=out)
    assert used_by(practice) == {lesson.pk}
    assert out.getvalue().startswith(f"{PracticeUse.objects.count()} ")


# --- refusals ---------------------------------------------------------------------------------------------------------


def test_a_practice_that_a_lesson_leads_to_stays_and_the_lesson_is_named(admin: Client) -> None:
    practice = a_practice()
    lesson = lead_to(content.lesson("read"), practice)
    response = delete(admin, practice)
    assert response.status_code == 200
    assert lesson.title in said_by(response)
    assert PracticePage.objects.filter(pk=practice.pk).exists()
    lead_to(lesson)
    delete(admin, practice)
    assert not PracticePage.objects.filter(pk=practice.pk).exists()


def test_it_stays_in_every_language(admin: Client) -> None:
    practice = a_practice()
    twin = a_practice(language="en", translation_key=practice.translation_key, title="One")
    lesson = lead_to(content.lesson("read"), practice)
    assert lesson.title in said_by(delete(admin, twin))
    assert PracticePage.objects.filter(pk=twin.pk).exists()


def test_a_practice_that_an_assignment_asks_to_try_stays(admin: Client) -> None:
    practice = content.assignment().practice
    assert content.assignment().title in said_by(delete(admin, practice))


def test_many_at_once_stay_all_of_them(admin: Client) -> None:
    used, free = a_practice(title="有课在用"), a_practice(title="没有课在用")
    lesson = lead_to(content.lesson("read"), used)
    assert lesson.title in said_by(delete(admin, free, used))
    assert PracticePage.objects.filter(pk__in=[used.pk, free.pk]).count() == 2


def test_the_library_stays_while_it_holds_such_a_practice(admin: Client) -> None:
    lesson = lead_to(content.lesson("read"), a_practice())
    library = PracticeIndexPage.objects.get(locale__language_code="zh-hans")
    assert lesson.title in said_by(delete(admin, library))
    assert PracticeIndexPage.objects.filter(pk=library.pk).exists()


def test_the_admins_own_api_refuses_with_the_same_sentence(admin: Client) -> None:
    practice = a_practice()
    lesson = lead_to(content.lesson("read"), practice)
    address = f"/admin/api/main/pages/{practice.pk}/action/delete/"
    response = admin.post(address)
    assert response.status_code == 400
    assert lesson.title in response.json()["detail"]
    assert PracticePage.objects.filter(pk=practice.pk).exists()
    lead_to(lesson)
    assert admin.post(address).status_code == 204


@pytest.mark.database
def test_the_database_refuses_even_code_and_lets_both_go_together() -> None:
    practice = a_practice()
    lesson = lead_to(content.lesson("read"), practice)
    with pytest.raises(RestrictedError), transaction.atomic():
        practice.delete()
    Page.objects.filter(pk__in=[practice.pk, lesson.pk]).delete()
    assert not Page.objects.filter(pk__in=[practice.pk, lesson.pk]).exists()


def test_unpublishing_says_what_lessons_lose_and_is_not_refused(admin: Client) -> None:
    practice = a_practice()
    lesson = lead_to(content.lesson("read"), practice)
    response = admin.post(reverse("wagtailadmin_pages:unpublish", args=[practice.pk]), follow=True)
    assert lesson.title in said_by(response)
    assert not PracticePage.objects.get(pk=practice.pk).live


# --- adaptations ------------------------------------------------------------------------------------------------------


def test_what_others_were_adapted_from_stays_and_they_are_named(admin: Client) -> None:
    original = a_practice(title="原来的")
    a_practice(title="改过的", adapted_from=original)
    assert "改过的" in said_by(delete(admin, original))
    assert PracticePage.objects.filter(pk=original.pk).exists()


def test_a_practice_is_not_adapted_from_itself_by_any_way_round() -> None:
    first = a_practice(title="一")
    second = a_practice(title="二", adapted_from=first)
    third = a_practice(title="三", adapted_from=second)
    first.adapted_from = third
    with pytest.raises(ValidationError) as refused:
        first.full_clean()
    assert "adapted_from" in refused.value.message_dict
    third.full_clean()


def test_nor_from_its_own_translation() -> None:
    chinese = a_practice()
    english = a_practice(language="en", translation_key=chinese.translation_key, title="One")
    english.adapted_from = chinese
    with pytest.raises(ValidationError):
        english.full_clean()


@pytest.mark.database
def test_the_database_refuses_what_is_adapted_from_itself() -> None:
    practice = a_practice()
    with pytest.raises(IntegrityError), transaction.atomic():
        PracticePage.objects.filter(pk=practice.pk).update(adapted_from=practice)


# --- publishing, themes -----------------------------------------------------------------------------------------------


def test_an_unfinished_draft_is_not_published_among_many(admin: Client) -> None:
    whole, lacking = a_practice(title="写完了", live=False), a_practice(title="没写完", live=False, credit="")
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    response = admin.post(f"{address}?id={whole.pk}&id={lacking.pk}", follow=True)
    assert response.status_code == 200
    assert "没写完" in said_by(response)
    assert "写完了" not in said_by(response)
    assert not PracticePage.objects.filter(pk__in=[whole.pk, lacking.pk], live=True).exists()


def test_a_theme_that_practices_stand_under_stays(admin: Client) -> None:
    theme = Theme.objects.create(key="belonging", names={"zh-hans": "归属", "en": "Belonging"})
    practice = a_practice(themes=[theme])
    address = reverse(Theme.snippet_viewset.get_url_name("delete"), args=[theme.pk])  # type: ignore[attr-defined]
    assert practice.title in said_by(admin.post(address, follow=True))
    practice.themes.clear()
    practice.save_revision().publish()
    admin.post(address)
    assert not Theme.objects.filter(pk=theme.pk).exists()


# --- what a theme is called -------------------------------------------------------------------------------------------


def add_theme(admin: Client, **fields: str) -> Any:
    address = reverse(Theme.snippet_viewset.get_url_name("add"))  # type: ignore[attr-defined]
    return admin.post(address, {"name_zh_hans": "归属", "name_en": "Belonging", "position": "3", **fields})


def test_a_theme_is_named_in_a_field_for_each_language(admin: Client) -> None:
    assert add_theme(admin, key="belonging").status_code == 302
    theme = Theme.objects.get(key="belonging")
    assert theme.names == {"zh-hans": "归属", "en": "Belonging"}
    address = reverse(Theme.snippet_viewset.get_url_name("edit"), args=[theme.pk])  # type: ignore[attr-defined]
    page = admin.get(address).content.decode()
    assert 'value="归属"' in page
    assert "{&quot;" not in page, "nobody reads JSON"
    admin.post(address, {"name_zh_hans": "生日", "name_en": "Birthdays", "key": "another", "position": "1"})
    theme.refresh_from_db()
    assert (theme.key, theme.names["zh-hans"], theme.position) == ("belonging", "生日", 1)


@pytest.mark.parametrize(
    ("fields", "faulty"),
    [
        ({"key": "Belonging"}, "key"),
        ({"key": "a--b"}, "key"),
        ({"key": "归属"}, "key"),
        ({"key": "listening"}, "key"),
        ({"key": "belonging", "name_en": ""}, "name_en"),
    ],
)
def test_a_theme_with_a_bad_key_or_without_a_name_is_refused(
    admin: Client, fields: dict[str, str], faulty: str
) -> None:
    response = add_theme(admin, **fields)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [faulty]


# --- what is published ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["risks", "credit", "licence"])
def test_a_draft_may_lack_what_a_published_practice_must_say(admin: Client, missing: str) -> None:
    draft = a_practice(live=False, **{missing: ""})
    with pytest.raises(ValidationError) as refused:
        draft.get_latest_revision_as_object().full_clean()
    assert list(refused.value.message_dict) == [missing]
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    assert draft.title in said_by(admin.post(f"{address}?id={draft.pk}", follow=True))
    assert not PracticePage.objects.get(pk=draft.pk).live
