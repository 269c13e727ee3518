"""People in Wagtail's admin, posted as a browser would."""

import re

import pytest
from django.contrib.auth.models import Group, Permission

from accounts.models import User
from foundation.models import AuditLine
from home.services.site import prepare_site
from tests.factories.editorial import a_site_operator, a_volunteer

pytestmark = pytest.mark.django_db

ADD = "/admin/users/new/"


@pytest.fixture
def as_operator(client, operator: User):
    client.force_login(operator)
    return client


def person(**fields: object) -> dict[str, object]:
    return {"full_name": "杨帆", "language": "zh-hans", **fields}


def edit_page(user: User) -> str:
    return f"/admin/users/edit/{user.pk}/"


def test_a_principal_needs_only_a_name_and_a_number(as_operator) -> None:
    page = as_operator.get(ADD).content.decode()
    assert "first_name" not in page
    assert 'name="username"' not in page
    response = as_operator.post(ADD, person(phone="137 0013 7000", school="石桥小学"))
    assert response.status_code == 302, response.context["form"].errors
    made = User.objects.get(phone="+8613700137000")
    assert (made.full_name, made.school, made.email) == ("杨帆", "石桥小学", None)
    assert len(made.username) == 32
    assert not made.has_usable_password()
    assert made.phone_verified_at is None
    assert AuditLine.objects.filter(action="person_made").count() == 1


def test_staff_have_an_address_a_password_and_roles(as_operator) -> None:
    editors = Group.objects.get(name="editor")
    secret = "quite a long secret"
    data = person(email="Yang@Terrace.example", password1=secret, password2=secret, groups=[editors.pk])
    assert as_operator.post(ADD, data).status_code == 302
    made = User.objects.get(email="yang@terrace.example")
    assert made.phone is None
    assert made.check_password(secret)
    assert list(made.groups.all()) == [editors]
    assert not made.is_superuser


def test_two_people_without_an_address_are_no_conflict(as_operator) -> None:
    assert as_operator.post(ADD, person(phone="13700137000")).status_code == 302
    assert as_operator.post(ADD, person(phone="13600136000")).status_code == 302


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "phone"),
        ({"phone": "12345"}, "phone"),
        ({"phone": "+86 138-0013-8000"}, "phone"),
        ({"phone": "13700137000", "full_name": "杨帆😀"}, "full_name"),
        ({"phone": "13700137000", "full_name": ""}, "full_name"),
        ({"email": "gao@terrace.EXAMPLE"}, "email"),
        ({"email": "yang@terrace.example", "password1": "short", "password2": "short"}, "password2"),
        ({"email": "yang@terrace.example", "password1": "a long secret", "password2": "another"}, "password2"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    as_operator, principal: User, fields: dict[str, str], field: str
) -> None:
    response = as_operator.post(ADD, person(**fields))
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert User.objects.count() == 2


def test_editing_changes_and_empties(as_operator, principal: User) -> None:
    page = as_operator.get(edit_page(principal)).content.decode()
    assert 'value="林秀英"' in page
    data = person(full_name="林秀英", phone="138 0013 8000", school="", is_active="on")
    assert as_operator.post(edit_page(principal), data).status_code == 302
    principal.refresh_from_db()
    assert (principal.school, principal.phone, principal.email) == ("", "+8613800138000", None)
    assert principal.phone_verified_at, "the same number stays proved, however it is written"


def test_a_new_number_and_a_new_name_are_not_yet_the_persons_own(as_operator, principal: User) -> None:
    data = person(full_name="林秀瑛", phone="13700137000", is_active="on")
    assert as_operator.post(edit_page(principal), data).status_code == 302
    principal.refresh_from_db()
    assert (principal.phone_verified_at, principal.name_confirmed_at) == (None, None)


def test_the_list_finds_and_sorts_people(as_operator, principal: User) -> None:
    assert "林秀英" in as_operator.get("/admin/users/").content.decode()
    assert "林秀英" in as_operator.get("/admin/users/?q=秀英").content.decode()
    assert "林秀英" not in as_operator.get("/admin/users/results/?q=高").content.decode()
    for ordering in ("sort_key", "-sort_key", "last_login"):
        assert as_operator.get(f"/admin/users/?ordering={ordering}").status_code == 200


class TestWithoutAllRights:
    @pytest.fixture
    def colleague(self, client) -> User:
        user = User.objects.create_user(full_name="苏和", email="su@terrace.example", password="x")
        codenames = ("add_user", "change_user", "access_admin")
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client.force_login(user)
        return user

    def test_nobody_makes_an_operator(self, client, colleague: User, principal: User) -> None:
        for page in (ADD, edit_page(principal), edit_page(colleague)):
            assert b"is_superuser" not in client.get(page).content
        data = person(phone="13800138000", is_superuser="on", is_active="on")
        assert client.post(edit_page(principal), data).status_code == 302
        data = person(phone="13700137000", is_superuser="on")
        assert client.post(ADD, data).status_code == 302
        assert User.objects.count() == 3
        assert not User.objects.filter(is_superuser=True).exists()

    def test_operators_are_changed_by_operators(self, client, colleague: User, operator: User) -> None:
        assert client.get(edit_page(operator)).status_code in (302, 403)
        data = person(email="gao@terrace.example", password1="a new long one", password2="a new long one")
        assert client.post(edit_page(operator), data).status_code in (302, 403)
        operator.refresh_from_db()
        assert operator.check_password("a long password")


def test_whom_records_name_is_not_deleted_but_told_so(as_operator, principal: User) -> None:
    response = as_operator.post(f"/admin/users/delete/{principal.pk}/", follow=True)
    assert response.status_code == 200
    assert User.objects.filter(pk=principal.pk).exists()
    assert "林秀英" in str(next(iter(response.context["messages"])))
    bulk = f"/admin/bulk/accounts/user/delete/?id={principal.pk}&next=/admin/users/"
    assert as_operator.post(bulk, follow=True).status_code == 200
    assert User.objects.filter(pk=principal.pk).exists()


def test_whom_nothing_names_can_be_deleted(as_operator) -> None:
    stranger = User.objects.create_user(full_name="杨帆", phone="+8613700137000")
    assert as_operator.post(f"/admin/users/delete/{stranger.pk}/").status_code == 302
    assert not User.objects.filter(pk=stranger.pk).exists()


def test_the_account_page_takes_one_name(as_operator, operator: User) -> None:
    page = as_operator.get("/admin/account/").content.decode()
    assert "first_name" not in page
    data = {
        "name_email-full_name": "高云云",
        "name_email-email": "Gao@Terrace.example",
        "locale-language": "zh-hans",
        "theme-theme": "system",
        "theme-density": "default",
        "theme-contrast": "system",
        "theme-keyboard_shortcuts": "on",
    }
    response = as_operator.post("/admin/account/", data)
    assert response.status_code == 302, [panel.get_form().errors for panel in response.context["panels"]]
    operator.refresh_from_db()
    assert (operator.full_name, operator.email) == ("高云云", "gao@terrace.example")


class TestAsAnOperatorWhoIsNoSuperuser:
    """Operators by group look after people; nobody is raised to what they are, and nobody above."""

    @pytest.fixture
    def runner(self, client, db) -> User:
        prepare_site()
        user = a_site_operator(name="运维")
        client.force_login(user)
        return user

    @pytest.mark.parametrize("group", ["volunteer", "editor", "translator"])
    def test_they_make_those_who_write(self, client, runner: User, group: str) -> None:
        chosen = Group.objects.get(name=group)
        assert client.post(ADD, person(phone="13700137000", groups=[chosen.pk])).status_code == 302
        assert list(User.objects.get(phone="+8613700137000").groups.all()) == [chosen]

    def test_groups_are_shown_in_the_reader_s_language_and_only_those_they_may_give(self, client, runner: User) -> None:
        html = client.get(ADD).content.decode()
        assert "志愿者" in html
        assert f'name="groups" value="{Group.objects.get(name="operator").pk}"' not in html
        a_volunteer(name="沈青")
        assert "志愿者" in client.get("/admin/users/?q=沈青").content.decode()

    def test_what_they_may_not_give_is_left_out_of_the_form_and_not_called_none(self, client, runner: User) -> None:
        for address in (ADD, edit_page(a_volunteer()), edit_page(runner)):
            html = client.get(address).content.decode()
            assert not re.search(r"data-field-input>\s*None", html), address
            assert 'name="is_superuser"' not in html
            assert ('name="groups"' in html) is (address != edit_page(runner))

    def test_they_make_no_operator(self, client, runner: User) -> None:
        data = person(phone="13700137000", groups=[Group.objects.get(name="operator").pk], is_superuser="on")
        response = client.post(ADD, data)
        assert "groups" in response.context["form"].errors
        assert not User.objects.filter(phone="+8613700137000").exists()

    def test_they_give_themselves_nothing(self, client, runner: User) -> None:
        data = person(full_name="运维", email=runner.email, groups=[Group.objects.get(name="editor").pk])
        assert client.post(edit_page(runner), data).status_code == 302
        assert [group.name for group in runner.groups.all()] == ["operator"]

    def test_changing_a_colleague_s_name_leaves_the_group_that_is_not_theirs_to_give(self, client, runner) -> None:
        colleague = a_site_operator()
        editor = Group.objects.get(name="editor")
        data = person(full_name="杨帆", email=colleague.email, is_active="on", groups=[editor.pk])
        assert client.post(edit_page(colleague), data).status_code == 302
        assert {group.name for group in colleague.groups.all()} == {"operator", "editor"}

    @pytest.mark.parametrize("door", ["edit", "delete"])
    def test_superusers_are_out_of_reach(self, client, runner: User, operator: User, door: str) -> None:
        assert client.get(f"/admin/users/{door}/{operator.pk}/").headers["Location"] == "/admin/"

    def test_many_at_once_is_no_way_round(self, client, runner: User, operator: User) -> None:
        volunteer, groups = a_volunteer(), {group.name: group for group in Group.objects.all()}
        assign, switch = "/admin/bulk/accounts/user/assign_role/", "/admin/bulk/accounts/user/set_active_state/"
        client.post(f"{assign}?id={volunteer.pk}&next=/admin/users/", {"role": groups["operator"].pk})
        client.post(f"{assign}?id={runner.pk}&next=/admin/users/", {"role": groups["editor"].pk})
        client.post(f"{switch}?id={operator.pk}&next=/admin/users/", {"mark_as_active": "False"})
        assert [group.name for group in volunteer.groups.all()] == ["volunteer"]
        assert [group.name for group in runner.groups.all()] == ["operator"]
        assert User.objects.get(pk=operator.pk).is_active
        client.post(f"{assign}?id={volunteer.pk}&next=/admin/users/", {"role": groups["editor"].pk})
        client.post(f"{switch}?id={volunteer.pk}&next=/admin/users/", {"mark_as_active": "False"})
        volunteer.refresh_from_db()
        assert {group.name for group in volunteer.groups.all()} == {"volunteer", "editor"}
        assert not volunteer.is_active
