"""The command that makes the first operator, and what the settings are checked for."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.checks import codes_reach_phones, sms_backend_is_one
from accounts.models import User

pytestmark = pytest.mark.django_db


def run(**options: object) -> str:
    out = StringIO()
    call_command("create_operator", stdout=out, **{"email": "gao@terrace.example", "name": "高云", **options})
    return out.getvalue()


def test_it_makes_somebody_with_every_right_who_can_sign_in(client) -> None:
    assert "gao@terrace.example" in run(email="Gao@Terrace.example", password="a long password")
    user = User.objects.get()
    assert (user.full_name, user.is_superuser, user.is_staff) == ("高云", True, True)
    data = {"login": "gao@terrace.example", "password": "a long password"}
    assert client.post("/zh-hans/account/with/login/", data).status_code == 302
    assert client.get("/admin/").status_code == 200


def test_a_password_is_made_up_and_printed_where_nobody_can_type() -> None:
    printed = run()
    password = printed.rsplit(" ", 1)[1].strip()
    assert len(password) >= 20
    assert User.objects.get().check_password(password)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"email": "gao"}, "no e-mail address"),
        ({"password": "short"}, ""),
        ({"name": "高云😀"}, "😀"),
        ({"email": "", "name": ""}, "Nobody is here to ask"),
    ],
)
def test_it_refuses_in_words(options: dict[str, str], word: str) -> None:
    with pytest.raises(CommandError) as refusal:
        run(**options)
    assert word in str(refusal.value)
    assert not User.objects.exists()


def test_an_address_in_use_is_left_alone() -> None:
    run(password="a long password")
    with pytest.raises(CommandError, match="already"):
        run(email="GAO@terrace.example", password="another long one")
    assert User.objects.get().check_password("a long password")


def test_checks_refuse_a_backend_that_is_none_and_codes_that_are_shown(settings) -> None:
    assert not sms_backend_is_one()
    assert {found.id for found in codes_reach_phones()} == {"accounts.W001", "accounts.E002"}
    settings.SMS_CODE_PAGE = False
    for name in ("accounts.sms.Nothing", "nowhere.Backend", "accounts.sms.kept_codes"):
        settings.SMS_BACKEND = name
        assert [found.id for found in sms_backend_is_one()] == ["accounts.E001"]
        assert not codes_reach_phones()
