"""Where a person is signed in: told in plain words, and ended for real from another device."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import SignedInDevice, User
from accounts.services.devices import device_of, forget_ended_sessions
from foundation.models import AuditLine
from tests.factories.people import a_person
from tests.factories.queries import queries_of

pytestmark = pytest.mark.django_db

ME = "/zh-hans/me/"
OTHERS = "/zh-hans/account/devices/others/sign-out/"
ANDROID_WECHAT = "Mozilla/5.0 (Linux; Android 12; ANE-AL00) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.47"  # noqa: E501
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1"  # noqa: E501
COMPUTER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0"  # noqa: E501

LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def on(user_agent: str, user: User) -> Client:
    """Return the browser of a device on which ``user`` has signed in and looked at something."""
    client = Client(headers={"user-agent": user_agent})
    client.force_login(user)
    cache.clear()  # the sign-in of this client bears no browser's name, as that of a phone does
    client.get(ME)
    return client


def is_signed_in(client: Client) -> bool:
    return bool(client.get("/api/state/").json()["signed_in"])


def device(client: Client) -> SignedInDevice:
    return SignedInDevice.objects.get(session_id=client.session.session_key)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (ANDROID_WECHAT, "安卓手机 · 微信"),
        (IPHONE, "iPhone · Safari"),
        (COMPUTER, "Windows 电脑 · Edge"),
        (LINUX, "电脑 · Firefox"),
        ("", "其他设备 · 浏览器"),
        ("x" * 100_000, "其他设备 · 浏览器"),
    ],
)
def test_a_device_is_told_in_words_that_people_know(user_agent: str, words: str, principal: User) -> None:
    system, browser = device_of(user_agent)
    assert str(SignedInDevice(system=system, browser=browser)) == words


def test_me_tells_this_device_from_the_others(principal: User) -> None:
    phone, computer = on(ANDROID_WECHAT, principal), on(COMPUTER, principal)
    page = phone.get(ME).content.decode()
    assert "安卓手机 · 微信" in page
    assert "Windows 电脑 · Edge" in page
    assert page.count("正在使用") == 1
    assert str(device(computer).uuid) in page
    assert str(device(phone).uuid) not in page, "one signs out of this one below"
    assert str(phone.session.session_key) not in page
    assert str(computer.session.session_key) not in page


def test_signing_out_another_device_ends_its_session_and_is_written_down(principal: User) -> None:
    phone, computer = on(ANDROID_WECHAT, principal), on(COMPUTER, principal)
    ended = device(computer)
    answer = phone.post(f"/zh-hans/account/devices/{ended.uuid}/sign-out/", follow=True)
    assert "Windows 电脑 · Edge" in answer.content.decode()
    assert not is_signed_in(computer)
    assert is_signed_in(phone)
    line = AuditLine.objects.get(action="device_signed_out")
    assert (line.actor_id, line.subject) == (principal.pk, f"accounts.signedindevice:{ended.uuid}")
    assert not SignedInDevice.objects.filter(pk=ended.pk).exists()


def test_signing_out_everywhere_else_leaves_this_device_and_other_people(principal: User) -> None:
    here, *others = [on(agent, principal) for agent in (ANDROID_WECHAT, IPHONE, COMPUTER)]
    neighbour = on(IPHONE, a_person())
    assert "退出其他 2 台设备" in here.get(ME).content.decode()
    here.post(OTHERS)
    assert [is_signed_in(one) for one in (here, *others, neighbour)] == [True, False, False, True]
    assert AuditLine.objects.filter(action="device_signed_out").count() == 2


def test_signing_out_everywhere_else_ends_sessions_of_which_no_device_is_known(principal: User) -> None:
    """They were begun before devices were written down, and nobody has used them since."""
    forgotten, neighbour = on(COMPUTER, principal), on(IPHONE, a_person())
    SignedInDevice.objects.all().delete()
    here = on(ANDROID_WECHAT, principal)
    assert "退出其他所有设备" in here.get(ME).content.decode()
    answer = here.post(OTHERS, follow=True)
    assert "已退出其他所有设备" in answer.content.decode()
    assert [is_signed_in(one) for one in (here, forgotten, neighbour)] == [True, False, True]
    later = on(IPHONE, principal)
    here.post(OTHERS)
    assert [is_signed_in(one) for one in (here, later)] == [True, False], "and so again"
    line = AuditLine.objects.filter(action="other_sessions_ended").first()
    assert line is not None
    assert line.actor_id == principal.pk


def test_who_never_signed_out_elsewhere_keeps_the_session_from_before(principal: User) -> None:
    """What sessions bear is as Django makes it until then: nobody is signed out by a new edition of Terrace."""
    assert principal.get_session_auth_hash() == super(User, principal).get_session_auth_hash()
    principal.sessions_ended = 1
    assert principal.get_session_auth_hash() != super(User, principal).get_session_auth_hash()
    with override_settings(SECRET_KEY_FALLBACKS=["the one before"]):
        (before,) = principal.get_session_auth_fallback_hash()
    assert before.endswith(":1")


def test_nobody_signs_out_somebody_elses_device_or_their_own_in_hand(principal: User) -> None:
    phone, stranger = on(ANDROID_WECHAT, principal), on(IPHONE, a_person())
    for uuid in (device(stranger).uuid, device(phone).uuid):
        assert phone.post(f"/zh-hans/account/devices/{uuid}/sign-out/").status_code == 404
    assert is_signed_in(phone)
    assert is_signed_in(stranger)
    assert not AuditLine.objects.filter(action="device_signed_out").exists()


def test_signing_in_by_code_and_out_is_a_device_that_comes_and_goes(client, ask, newest_code, principal: User) -> None:
    client.defaults["HTTP_USER_AGENT"] = ANDROID_WECHAT
    ask(shared="on")
    client.post("/zh-hans/account/with/login/code/confirm/", {"code": newest_code(), "action": "verify"})
    (here,) = principal.devices.all()
    assert (str(here), here.is_shared) == ("安卓手机 · 微信", True)
    client.post("/zh-hans/account/sign-out/")
    assert not principal.devices.exists()


def test_use_is_written_at_most_once_an_hour_and_a_visit_by_nobody_never(principal: User) -> None:
    phone = on(ANDROID_WECHAT, principal)
    assert not [sql for sql in queries_of(phone, ME) if "UPDATE" in sql or "INSERT" in sql]
    long_ago = timezone.now() - timedelta(days=3)
    SignedInDevice.objects.update(last_used_at=long_ago)
    phone.get("/zh-hans/today/")
    assert device(phone).last_used_at == long_ago
    cache.clear()
    phone.get("/zh-hans/today/")
    assert device(phone).last_used_at > long_ago
    Client().get("/zh-hans/")
    assert SignedInDevice.objects.count() == 1


def test_a_changed_password_keeps_this_device_on_the_list(principal: User) -> None:
    principal.set_password("once upon a time")
    principal.save()
    phone = on(ANDROID_WECHAT, principal)
    before = device(phone).pk
    change = {"oldpassword": "once upon a time", "password1": "ever after 2026", "password2": "ever after 2026"}
    phone.post("/zh-hans/account/with/password/change/", change)
    phone.get(ME)
    assert is_signed_in(phone)
    assert [one.pk for one in principal.devices.all()] != [before]
    assert principal.devices.count() == 1


def test_what_has_ended_by_itself_is_not_shown_and_is_swept(principal: User) -> None:
    phone, computer = on(ANDROID_WECHAT, principal), on(COMPUTER, principal)
    over = timezone.now() - timedelta(minutes=1)
    Session.objects.filter(pk=computer.session.session_key).update(expire_date=over)
    assert "Windows" not in phone.get(ME).content.decode()
    assert forget_ended_sessions(now=timezone.now()) == 1
    assert SignedInDevice.objects.count() == 1


def test_ten_devices_take_no_more_queries_than_two(principal: User) -> None:
    phone = on(ANDROID_WECHAT, principal)
    on(COMPUTER, principal)
    few = queries_of(phone, ME)
    for _ in range(8):
        on(IPHONE, principal)
    assert len(queries_of(phone, ME)) == len(few)
