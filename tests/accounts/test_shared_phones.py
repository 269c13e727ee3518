"""A phone that several people use: said at sign-in, a short session, and only what is the reader's goes when it ends.

What the phone does is in tests/journeys/test_shared_phone.py.
"""

import re

import pytest

from accounts.models import User
from accounts.services.shared_phones import SHARED_SECONDS

pytestmark = pytest.mark.django_db

CODE_PAGE = "/zh-hans/account/with/login/code/confirm/"
SIGN_OUT = "/zh-hans/account/sign-out/"
FETCHED = '"cache"'  # not "storage": others' unsent work is there too


def enter(client, code: str) -> None:
    client.post(CODE_PAGE, {"code": code, "action": "verify"})


def test_a_shared_phone_is_signed_out_after_two_hours_and_forgets(client, ask, newest_code, principal: User) -> None:
    ask(shared="on")
    enter(client, newest_code())
    assert client.session.get_expiry_age() <= SHARED_SECONDS
    assert client.get("/api/state/").json()["shared"] is True
    assert 'data-sign-out="shared"' in client.get("/zh-hans/me/").content.decode()
    assert client.post(SIGN_OUT)["Clear-Site-Data"] == FETCHED
    assert client.get("/api/state/").json() == {"signed_in": False}


def test_ones_own_phone_stays_signed_in_and_keeps_what_it_has(client, ask, newest_code, principal: User) -> None:
    ask()
    enter(client, newest_code())
    assert client.session.get_expiry_age() > 30 * 24 * 60 * 60
    assert client.get("/api/state/").json()["shared"] is False
    assert "Clear-Site-Data" not in client.post(SIGN_OUT)


def test_who_signs_in_after_on_the_same_phone_says_so_anew(client, ask, newest_code, principal: User) -> None:
    ask(shared="on")
    enter(client, newest_code())
    client.post(SIGN_OUT)
    ask("139 0013 9000")
    enter(client, newest_code())
    assert client.get("/api/state/").json()["shared"] is False


def test_who_signed_out_is_told_so(client) -> None:
    answer = client.post(SIGN_OUT, follow=True)
    assert "您已退出登录" in answer.content.decode()
    assert "您已退出登录" not in client.get("/zh-hans/account/sign-in/").content.decode()


def test_what_is_wrong_with_a_number_stands_once_beside_it(client) -> None:
    html = client.post("/zh-hans/account/sign-in/", {"phone": "12"}).content.decode()
    (fault,) = re.findall(r'id="id_phone_error">.*?<span>(.*?)</span>', html, re.DOTALL)
    assert html.count(fault) == 1
    assert "您写的内容都在" not in html
