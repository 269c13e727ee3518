"""Signing in with a code that a facilitator gave: once, within minutes, for no more rights than the giver has."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.enums import MessageEvent
from accounts.models import Message, SignInCode, User
from accounts.services import sign_in_codes
from accounts.services.sign_in_codes import end_all_sessions, give_sign_in_code, use_sign_in_code
from foundation.models import AuditLine
from foundation.refusals import Refused
from tests.accounts.test_sign_in import CODE_PAGE, is_signed_in
from tests.factories.editorial import an_editor
from tests.factories.people import a_facilitator, a_person, an_operator

pytestmark = pytest.mark.django_db

DOOR = "/zh-hans/account/sign-in/code/"


@pytest.fixture
def giver(db: None) -> User:
    return a_facilitator()


@pytest.fixture
def code(principal: User, giver: User) -> str:
    return give_sign_in_code(user=principal, actor=giver, at=timezone.now())


def test_a_code_signs_in_once_and_is_told(client: Client, code: str, principal: User, giver: User) -> None:
    response = client.post(DOOR, {"code": code, "next": "/zh-hans/me/"})
    assert response.headers["Location"] == "/zh-hans/me/"
    assert client.session["_auth_user_id"] == str(principal.pk)
    message = Message.objects.get(recipient=principal, event=MessageEvent.CODE_USED)
    assert message.params == {"giver": str(giver)}
    actions = AuditLine.objects.filter(action__startswith="sign_in_code.").values_list("action", "actor")
    assert list(actions) == [("sign_in_code.given", giver.pk), ("sign_in_code.used", principal.pk)]
    second = Client()
    assert second.post(DOOR, {"code": code}).status_code == 422
    assert not is_signed_in(second)


def test_a_code_is_taken_however_it_is_typed(client: Client, code: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code[:4])
    assert client.post(DOOR, {"code": f" {wide} - {code[4:].lower()} "}).status_code == 302


def test_the_code_itself_is_kept_nowhere(code: str) -> None:
    kept = SignInCode.objects.get()
    assert code not in str(vars(kept))
    assert all(code not in str(line.data) + line.subject for line in AuditLine.objects.all())
    assert len(code) == 8


def test_a_new_code_ends_the_one_before(client: Client, code: str, principal: User, giver: User) -> None:
    newer = give_sign_in_code(user=principal, actor=giver, at=timezone.now())
    assert client.post(DOOR, {"code": code}).status_code == 422
    assert client.post(DOOR, {"code": newer}).status_code == 302


def test_a_code_is_good_for_fifteen_minutes(client: Client, principal: User, giver: User) -> None:
    now = timezone.now()
    code = give_sign_in_code(user=principal, actor=giver, at=now)
    with time_machine.travel(now + timedelta(minutes=15, seconds=1), tick=False):
        response = client.post(DOOR, {"code": code})
        assert response.status_code == 422
        assert "15" in response.context["form"].errors["code"][0]
    with time_machine.travel(now + timedelta(minutes=14), tick=False):
        assert client.post(DOOR, {"code": code}).status_code == 302


@pytest.mark.parametrize("typed", ["", "K7QM", "K7QM2PXW9", "\0" * 8, "林林林林林林林林", "00000000"])
def test_what_is_no_code_is_said_beside_the_field(client: Client, code: str, typed: str) -> None:
    response = client.post(DOOR, {"code": typed})
    assert response.status_code == 422
    assert response.context["form"].errors["code"]
    assert not is_signed_in(client)


def test_trying_codes_ends_soon(client: Client, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in_codes, "TRIED_BY_ADDRESS", "3/h/ip")
    assert [client.post(DOOR, {"code": "K7QM2PXW"}).status_code for _try in range(4)] == [422, 422, 422, 429]
    assert client.post(DOOR, {"code": code}).status_code == 429, "the right one is not looked at either"


def test_a_qr_code_brings_it_filled_in_and_only_a_tap_uses_it(client: Client, code: str) -> None:
    page = client.get(DOOR, {"code": code}).content.decode()
    assert f'value="{code}"' in page
    assert SignInCode.objects.get().ended_at is None
    assert client.post(DOOR, {"code": code}).status_code == 302


def test_it_is_taken_where_the_code_of_the_message_is_asked_for(client, ask, code, principal: User) -> None:
    ask()
    assert client.post(CODE_PAGE, {"code": code, "action": "verify"}).status_code == 302
    assert client.session["_auth_user_id"] == str(principal.pk)
    principal.refresh_from_db()


def test_there_it_has_to_be_the_code_of_that_number(client, ask, code) -> None:
    ask("139 0013 9000")
    response = client.post(CODE_PAGE, {"code": code, "action": "verify"})
    assert response.status_code == 422
    assert not is_signed_in(client)
    assert SignInCode.objects.get().ended_at is None, "it is still good for whom it was given"


@pytest.mark.parametrize("make", [an_operator, an_editor, lambda: a_person(password="a long password")])
def test_nobody_with_rights_of_their_own_is_given_one(make, giver: User) -> None:
    with pytest.raises(Refused) as refused:
        give_sign_in_code(user=make(), actor=giver, at=timezone.now())
    assert refused.value.status == 403


def test_who_was_made_staff_meanwhile_is_not_let_in_by_it(code: str, principal: User) -> None:
    User.objects.filter(pk=principal.pk).update(is_staff=True)
    with pytest.raises(Refused):
        use_sign_in_code(typed=code, at=timezone.now())


def test_giving_is_bounded_by_account(principal: User, giver: User) -> None:
    for _code in range(sign_in_codes.MOST_RECEIVED):
        give_sign_in_code(user=principal, actor=giver, at=timezone.now())
    with pytest.raises(Refused) as refused:
        give_sign_in_code(user=principal, actor=giver, at=timezone.now())
    assert refused.value.status == 429


def test_a_reset_signs_out_everywhere(client: Client, principal: User, giver: User) -> None:
    client.force_login(principal)
    assert client.get("/zh-hans/me/").status_code == 200
    end_all_sessions(user=principal, actor=giver, at=timezone.now())
    assert "/account/sign-in/" in client.get("/zh-hans/me/").headers["Location"]


def test_who_never_agreed_to_the_notice_is_asked_after_the_code(client: Client, giver: User) -> None:
    new = User.objects.create_user(full_name="示例新", phone="+8613800138005")
    code = give_sign_in_code(user=new, actor=giver, at=timezone.now())
    assert "/account/welcome/" in client.post(DOOR, {"code": code, "shared": "on"}).headers["Location"]
    new.refresh_from_db()
    assert new.phone_verified_at is None, "a code proves no phone"
    assert client.get("/zh-hans/account/welcome/").context["form"].fields.get("consent")
