"""Signing in by phone: one form for people we know and people we do not."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.enums import ConsentPurpose
from accounts.models import Consent, User
from accounts.services.people import forget_pending_people
from accounts.sms import SmsBackend, SmsUndelivered, kept_codes
from foundation.registries import sweepers

pytestmark = pytest.mark.django_db

PHONE = "+8613800138000"
CODE_PAGE = "/zh-hans/account/with/login/code/confirm/"
WELCOME = "/zh-hans/account/welcome/"


def enter(client, code: str):
    return client.post(CODE_PAGE, {"code": code, "action": "verify"})


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


class Mute(SmsBackend):
    def send_code(self, *, phone: str, code: str, purpose: str) -> None:
        raise SmsUndelivered("the provider is away")


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_somebody_new_is_in_after_phone_code_and_name(client, ask, newest_code) -> None:
    assert ask(next="/zh-hans/me/").headers["Location"] == CODE_PAGE
    pending = User.objects.get(phone=PHONE)
    assert (pending.full_name, pending.phone_verified_at, pending.has_usable_password()) == ("", None, False)
    assert not Consent.objects.exists(), "nothing is recorded before the number is proved"

    assert "138 0013 8000" in client.get(CODE_PAGE).content.decode()
    response = enter(client, newest_code())
    assert response.headers["Location"] == f"{WELCOME}?next=%2Fzh-hans%2Fme%2F"
    assert len(newest_code()) == 6
    consent = Consent.objects.get(user=pending, purpose=ConsentPurpose.PRIVACY)
    assert consent.version == "2026-11"

    page = client.get(response.headers["Location"])
    assert b'name="consent"' not in page.content, "asked once"
    answer = {"full_name": " 林 秀英 ", "school": "云岭小学", "region": "云南", "next": "/zh-hans/me/"}
    assert client.post(WELCOME, answer).headers["Location"] == "/zh-hans/me/"
    pending.refresh_from_db()
    assert (pending.full_name, pending.school, pending.region) == ("林 秀英", "云岭小学", "云南")
    assert pending.phone_verified_at
    assert pending.name_confirmed_at is None, "written is not yet confirmed for print"


def test_somebody_known_goes_straight_on(client, ask, newest_code, principal: User) -> None:
    ask("+86 138-0013-8000", next="/zh-hans/course/")
    assert enter(client, newest_code()).headers["Location"] == "/zh-hans/course/"
    assert client.session["_auth_user_id"] == str(principal.pk)
    assert User.objects.count() == 1


def test_known_and_unknown_numbers_look_the_same(client, ask, principal: User) -> None:
    known = ask()
    known_page = client.get(CODE_PAGE).content.decode().replace("138 0013 8000", "#")
    client.session.flush()
    unknown = ask("139 0013 9000")
    unknown_page = client.get(CODE_PAGE).content.decode().replace("139 0013 9000", "#")
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert strip_tokens(known_page) == strip_tokens(unknown_page)


def strip_tokens(page: str) -> str:
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_a_new_wording_of_the_notice_is_agreed_to_again(client, ask, newest_code, principal: User, settings) -> None:
    settings.PRIVACY_NOTICE_VERSION = "2027-03"
    ask()
    enter(client, newest_code())
    assert set(principal.consents.values_list("version", flat=True)) == {"2026-11", "2027-03"}


def test_without_consent_no_code_is_sent_and_the_number_stays(client, ask) -> None:
    response = ask(consent=False)
    assert response.status_code == 422
    assert "138 0013 8000" in response.content.decode()
    assert not kept_codes()
    assert not User.objects.exists()


def test_a_number_that_is_none_is_refused_in_words_and_stays(ask) -> None:
    response = ask("12345")
    assert response.status_code == 422
    assert 'value="12345"' in response.content.decode()
    assert response.context["form"].errors["phone"].as_data()[0].code == "phone"
    assert not User.objects.exists()


def test_a_wrong_code_says_how_many_tries_are_left(client, ask, newest_code) -> None:
    ask()
    code = newest_code()
    response = enter(client, wrong(code))
    assert response.status_code == 422
    assert "4" in response.context["form"].errors["code"][0]
    assert not is_signed_in(client)
    assert enter(client, code).status_code == 302
    assert is_signed_in(client)


def test_an_empty_code_costs_no_try(client, ask, newest_code) -> None:
    ask()
    for _ in range(6):
        assert enter(client, " ").status_code == 422
    assert enter(client, newest_code()).status_code == 302


def test_after_five_wrong_codes_the_right_one_is_worth_nothing(client, ask, newest_code) -> None:
    ask(next="/zh-hans/me/")
    code = newest_code()
    for _ in range(4):
        assert enter(client, wrong(code)).status_code == 422
    response = enter(client, wrong(code))
    assert response.status_code == 410
    assert 'value="138 0013 8000"' in response.content.decode(), "the number is kept"
    assert 'value="/zh-hans/me/"' in response.content.decode()
    assert enter(client, code).status_code == 410
    assert not is_signed_in(client)


def test_a_code_is_good_for_five_minutes(client, ask, newest_code) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask()
        clock.shift(timedelta(seconds=301))
        response = enter(client, newest_code())
        assert response.status_code == 410
        assert 'value="138 0013 8000"' in response.content.decode()
        assert "5" in response.context["notice"]
    assert not is_signed_in(client)


def test_full_width_digits_and_spaces_in_a_code_are_fine(client, ask, newest_code) -> None:
    ask()
    typed = newest_code().translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)})
    assert enter(client, f"{typed[:3]} {typed[3:]}").status_code == 302
    assert is_signed_in(client)


def test_a_code_sent_again_replaces_the_first_and_lives_its_own_five_minutes(client, ask, newest_code) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask()
        first = newest_code()
        clock.shift(timedelta(seconds=200))
        assert client.post(CODE_PAGE, {"action": "resend"}).headers["Location"] == CODE_PAGE
        second = newest_code()
        assert first != second
        assert enter(client, first).status_code == 422
        clock.shift(timedelta(seconds=200))
        assert enter(client, second).status_code == 302


def test_asking_again_at_once_is_refused_and_the_first_code_stays_good(client, ask, newest_code) -> None:
    ask()
    code = newest_code()
    response = client.post(CODE_PAGE, {"action": "resend"})
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "60"
    assert len(kept_codes()) == 1
    assert enter(client, code).status_code == 302


def test_the_code_page_without_a_sign_in_under_way_leads_to_the_number(client) -> None:
    assert client.get(CODE_PAGE).headers["Location"] == "/zh-hans/account/sign-in/"
    assert enter(client, "123456").status_code == 410


def test_tapping_twice_is_harmless(client, ask, newest_code) -> None:
    ask(next="/zh-hans/me/")
    first = enter(client, newest_code())
    second = enter(client, newest_code())
    assert first.headers["Location"] == second.headers["Location"]


def test_one_number_gets_one_code_a_minute_five_an_hour_ten_a_day(client, ask) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        statuses = []
        for _ in range(7):
            statuses.append(ask().status_code)
            clock.shift(timedelta(seconds=61))
        assert statuses == [302] * 5 + [429] * 2
        refused = ask()
        assert refused.headers["Retry-After"] == "3600"
        assert "138 0013 8000" in refused.content.decode()
        clock.shift(timedelta(hours=1))
        for _ in range(5):
            assert ask().status_code == 302
            clock.shift(timedelta(seconds=61))
        clock.shift(timedelta(hours=1))
        assert ask().headers["Retry-After"] == "86400"
        assert ask("139 0013 9000").status_code == 302, "others are not held back"
        clock.shift(timedelta(days=1))
        assert ask().status_code == 302


def test_one_address_may_ask_for_many_phones_but_not_for_any_number(ask) -> None:
    statuses = [ask(f"138{number:08}").status_code for number in range(61)]
    assert statuses == [302] * 60 + [429]
    assert User.objects.count() == 60, "a refused number leaves nobody behind"


def test_when_the_budget_is_spent_it_says_so(ask, settings) -> None:
    settings.SMS_DAILY_BUDGET = 1
    assert ask().status_code == 302
    response = ask("139 0013 9000")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "3600"
    assert "139 0013 9000" in response.content.decode()
    assert len(kept_codes()) == 1


@pytest.mark.parametrize("cache", ["locmem.LocMemCache", "filebased.FileBasedCache"])
def test_budget_and_limits_hold_on_every_cache(ask, settings, cache: str, tmp_path) -> None:
    backend = f"django.core.cache.backends.{cache}"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(tmp_path / "cache")}}
    settings.SMS_DAILY_BUDGET = 3
    with time_machine.travel(timezone.now().replace(hour=4), tick=False) as clock:
        for _ in range(3):
            assert ask().status_code == 302
            assert ask().status_code == 429
            clock.shift(timedelta(minutes=10))
        assert ask().status_code == 503
        clock.shift(timedelta(days=1))
        assert ask().status_code == 302


def test_a_sender_that_is_away_is_told_in_words(ask, settings) -> None:
    settings.SMS_BACKEND = f"{Mute.__module__}.Mute"
    import sys

    sys.modules.setdefault(Mute.__module__, sys.modules[__name__])
    response = ask()
    assert response.status_code == 503
    assert "138 0013 8000" in response.content.decode()


def test_a_closed_account_is_told_so_after_the_code(client, ask, newest_code, principal: User) -> None:
    principal.is_active = False
    principal.save()
    ask()
    assert enter(client, newest_code()).headers["Location"] == "/zh-hans/account/with/inactive/"
    assert client.get("/zh-hans/account/with/inactive/").status_code == 200
    assert not is_signed_in(client)


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_the_way_on_never_leaves_the_site(client, ask, newest_code, principal: User, address: str) -> None:
    ask(next=address)
    assert enter(client, newest_code()).headers["Location"] == "/zh-hans/today/"


def test_in_english_all_pages_are_english(client, ask, newest_code) -> None:
    assert ask(language="en").headers["Location"] == "/en/account/with/login/code/confirm/"
    page = client.get("/en/account/with/login/code/confirm/").content.decode()
    assert '<html lang="en">' in page
    assert "Enter the code" in page
    response = client.post("/en/account/with/login/code/confirm/", {"code": newest_code()})
    assert response.headers["Location"].startswith("/en/account/welcome/")
    assert User.objects.get().language == "en"


def test_signing_out_needs_a_post(client, principal: User) -> None:
    client.force_login(principal)
    assert client.get("/zh-hans/account/sign-out/").status_code == 405
    assert client.post("/zh-hans/account/sign-out/").status_code == 302
    assert not is_signed_in(client)


def test_whoever_is_in_needs_no_sign_in_page(client, principal: User) -> None:
    client.force_login(principal)
    assert client.get("/zh-hans/account/sign-in/?next=/zh-hans/me/").headers["Location"] == "/zh-hans/me/"


def test_a_number_never_proved_is_forgotten_after_a_day(ask, principal: User) -> None:
    ask("139 0013 9000")
    imported = User.objects.create_user(full_name="杨帆", phone="+8613700137000")
    User.objects.update(date_joined=timezone.now() - timedelta(hours=23))
    assert forget_pending_people(now=timezone.now()) == 0
    User.objects.update(date_joined=timezone.now() - timedelta(hours=25))
    assert dict(sweepers.items())["pending_people"]() == 1
    assert set(User.objects.all()) == {principal, imported}


def test_a_forgotten_number_with_a_code_on_its_way_begins_again(client, ask, newest_code) -> None:
    ask()
    User.objects.all().delete()
    assert enter(client, newest_code()).status_code in (302, 410)
    assert not is_signed_in(client)


class TestStaff:
    PAGE = "/zh-hans/account/with/login/"

    def test_sign_in_by_address_in_any_case_and_password(self, client, operator: User) -> None:
        data = {"login": "Gao@Terrace.example", "password": "a long password", "next": "/admin/"}
        assert client.post(self.PAGE, data).headers["Location"] == "/admin/"
        assert is_signed_in(client)

    def test_a_wrong_password_keeps_the_address(self, client, operator: User) -> None:
        response = client.post(self.PAGE, {"login": "gao@terrace.example", "password": "no"})
        assert response.status_code == 422
        assert "gao@terrace.example" in response.content.decode()

    def test_a_hundred_wrong_passwords_at_a_schools_address_hold_up_nobody_else(self, client, operator: User) -> None:
        for number in range(100):
            client.post(self.PAGE, {"login": f"pupil{number}@terrace.example", "password": "no"})
        client.post(self.PAGE, {"login": "gao@terrace.example", "password": "a long password"})
        assert is_signed_in(client)

    def test_one_account_is_closed_for_five_minutes_after_five_wrong_passwords(self, client, operator: User) -> None:
        for _ in range(5):
            client.post(self.PAGE, {"login": "gao@terrace.example", "password": "no"})
        response = client.post(self.PAGE, {"login": "gao@terrace.example", "password": "a long password"})
        assert response.status_code == 422
        assert "五分钟" in response.content.decode()
        assert not is_signed_in(client)

    def test_the_admin_leads_here(self, client, db: None) -> None:
        assert client.get("/admin/").headers["Location"] == f"{self.PAGE}?next=/admin/"

    def test_a_phone_sign_in_left_half_way_is_no_obstacle(self, client, ask, operator: User) -> None:
        ask()
        assert client.get(self.PAGE).status_code == 200

    def test_nobody_signs_up(self, client, db: None) -> None:
        assert client.get("/zh-hans/account/with/signup/").status_code == 302
        assert client.get("/zh-hans/account/with/login/code/").headers["Location"] == "/zh-hans/account/sign-in/"

    def test_a_forgotten_password(self, client, operator: User, mailoutbox) -> None:
        response = client.post("/zh-hans/account/with/password/reset/", {"email": "gao@terrace.example"}, follow=True)
        assert response.status_code == 200
        (letter,) = mailoutbox
        address = next(line for line in letter.body.splitlines() if line.startswith("http"))
        page = client.get(address, follow=True)
        assert page.status_code == 200
        new = {"password1": "quite another one", "password2": "quite another one"}
        assert client.post(page.request["PATH_INFO"], new, follow=True).status_code == 200
        operator.refresh_from_db()
        assert operator.check_password("quite another one")
        assert "token_fail" in client.get(address, follow=True).context

    def test_an_unknown_address_gets_the_same_page(self, client, db: None, mailoutbox) -> None:
        response = client.post(
            "/zh-hans/account/with/password/reset/", {"email": "nobody@terrace.example"}, follow=True
        )
        assert response.status_code == 200
        assert len(mailoutbox) == 1

    def test_change_of_password(self, client, operator: User) -> None:
        client.force_login(operator)
        page = "/zh-hans/account/with/password/change/"
        assert client.get(page).status_code == 200
        new = {"oldpassword": "a long password", "password1": "quite another one", "password2": "quite another one"}
        assert client.post(page, new).status_code == 302
        operator.refresh_from_db()
        assert operator.check_password("quite another one")


class TestCodePage:
    def test_it_shows_the_codes_to_whoever_sits_at_the_machine(self, client, ask, newest_code) -> None:
        ask()
        page = client.get("/sms/")
        assert page.status_code == 200
        assert newest_code() in page.content.decode()
        assert b"/sms/" in client.get(CODE_PAGE).content

    @pytest.mark.parametrize(
        "meta",
        [
            {"REMOTE_ADDR": "192.0.2.7"},
            {"REMOTE_ADDR": ""},
            {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
            {"HTTP_FORWARDED": "for=127.0.0.1"},
        ],
    )
    def test_it_does_not_exist_for_others(self, client, ask, db: None, meta: dict[str, str]) -> None:
        assert client.get("/sms/", **meta).status_code == 404

    @pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
    def test_loopback_has_many_addresses(self, client, db: None, address: str) -> None:
        assert client.get("/sms/", REMOTE_ADDR=address).status_code == 200

    def test_it_does_not_exist_without_the_setting(self, client, db: None, settings) -> None:
        settings.SMS_CODE_PAGE = False
        assert client.get("/sms/").status_code == 404

    def test_codes_vanish_after_ten_minutes_and_twenty_are_kept(self, ask) -> None:
        with time_machine.travel(timezone.now(), tick=False) as clock:
            for number in range(22):
                ask(f"138{number:08}")
            assert len(kept_codes()) == 20
            assert kept_codes()[0]["phone"] == "+8613800000021"
            clock.shift(timedelta(seconds=601))
            assert not kept_codes()
