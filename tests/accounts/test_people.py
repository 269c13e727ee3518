"""Names, consent, profiles, and what was said to people."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings as site
from django.core.exceptions import ValidationError
from django.utils import translation

from accounts.enums import MessageEvent
from accounts.models import Consent, Message, User
from accounts.rendering import address_of, text_of
from accounts.selectors import has_consented, needs_welcome, unread_messages
from accounts.services.messages import mark_read, tell
from accounts.services.people import change_name, clean_name, confirm_name, give_consent
from accounts.signals import name_confirmed
from foundation.models import AuditLine
from foundation.registries import unprintable_characters

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("林秀英", "林秀英"),
        ("  林  秀英\t", "林 秀英"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("欧阳娜娜", "欧阳娜娜"),
        ("Anne-Marie O’Neil", "Anne-Marie O’Neil"),
        ("Nguyễn Văn A.", "Nguyễn Văn A."),
        ("㐂田〇", "㐂田〇"),
        ("王五（二班）", "王五（二班）"),
    ],
)
def test_names_of_many_kinds_are_taken_as_they_are(typed: str, kept: str, monkeypatch) -> None:
    monkeypatch.setattr(unprintable_characters, "entries", {})
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("林<b>秀英</b>", "<"),
        ("林秀英😀", "😀 (U+1F600)"),
        ("林\ue863英", "U+E863"),
        ("林\U000323b0英", "U+323B0"),
        ("林秀英&", "&"),
        ("林秀英❤\ufe0f", "❤ (U+2764)"),
    ],
)
def test_a_name_with_what_cannot_be_printed_is_refused_and_the_character_named(typed: str, named: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        clean_name(typed)
    assert refusal.value.code == "characters"
    assert named in refusal.value.messages[0]


@pytest.mark.parametrize(
    ("typed", "code"), [("", "required"), (" ·- ", "required"), ("123", "required"), ("林" * 61, "length")]
)
def test_a_name_has_letters_and_an_end(typed: str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        clean_name(typed)
    assert refusal.value.code == code


def test_rooms_above_say_what_they_cannot_print(monkeypatch) -> None:
    monkeypatch.setattr(unprintable_characters, "entries", {"sheet": lambda name: [c for c in name if c == "㐂"]})
    with pytest.raises(ValidationError) as refusal:
        clean_name("㐂田")
    assert "㐂 (U+3402)" in refusal.value.messages[0]
    assert clean_name("田中") == "田中"


def test_confirming_a_name_tells_the_rooms_above_in_the_same_transaction(principal: User, now: datetime) -> None:
    heard = []

    def listen(user: User, at: datetime, **_: object) -> None:
        heard.append((user.full_name, at))

    name_confirmed.connect(listen)
    try:
        confirm_name(user=principal, full_name=" 林秀英 ", at=now)
    finally:
        name_confirmed.disconnect(listen)
    principal.refresh_from_db()
    assert (principal.full_name, principal.name_confirmed_at) == ("林秀英", now)
    assert heard == [("林秀英", now)]
    assert AuditLine.objects.filter(action="name_confirmed", actor=principal).count() == 1


def test_a_changed_name_has_to_be_confirmed_again(principal: User, operator: User, now: datetime) -> None:
    confirm_name(user=principal, full_name="林秀英", at=now)
    change_name(user=principal, full_name="林秀英", actor=principal, at=now)
    assert principal.name_confirmed_at == now, "the same name is no change"
    change_name(user=principal, full_name="曾秀英", actor=operator, at=now)
    principal.refresh_from_db()
    assert principal.name_confirmed_at is None
    assert principal.sort_key.startswith("zeng1") or principal.sort_key.startswith("zeng")
    line = AuditLine.objects.get(action="name_changed")
    assert line.actor_id == operator.pk
    assert "秀英" not in str(line.data)


def test_consent_is_recorded_once_and_can_be_given_again(principal: User, now: datetime) -> None:
    given = give_consent(user=principal, at=now)
    assert Consent.objects.filter(user=principal).count() == 1
    Consent.objects.filter(pk=given.pk).update(withdrawn_at=now)
    assert not has_consented(principal)
    assert needs_welcome(principal)
    give_consent(user=principal, at=now + timedelta(days=1))
    assert has_consented(principal)
    assert Consent.objects.get(user=principal).given_at == now + timedelta(days=1)


# --- Pages ---------------------------------------------------------------------------------------------------------


def test_welcome_asks_for_consent_when_it_is_missing(client, principal: User) -> None:
    Consent.objects.all().delete()
    client.force_login(principal)
    page = "/zh-hans/account/welcome/"
    assert b'name="consent"' in client.get(page).content
    assert client.post(page, {"full_name": "林秀英"}).status_code == 422
    assert client.post(page, {"full_name": "林秀英", "consent": "on"}).status_code == 302
    assert has_consented(principal)


def test_a_refused_name_stays_in_the_field_with_the_character_named(client, principal: User) -> None:
    client.force_login(principal)
    response = client.post("/zh-hans/account/name/", {"full_name": "林秀英😀"})
    assert response.status_code == 422
    page = response.content.decode()
    assert 'value="林秀英😀"' in page
    assert "😀 (U+1F600)" in page
    principal.refresh_from_db()
    assert principal.name_confirmed_at is None


def test_the_page_of_the_name_confirms_it(client, principal: User) -> None:
    client.force_login(principal)
    assert 'value="林秀英"' in client.get("/zh-hans/account/name/").content.decode()
    response = client.post("/zh-hans/account/name/", {"full_name": "林秀瑛"})
    assert response.headers["Location"] == "/zh-hans/today/"
    principal.refresh_from_db()
    assert principal.full_name == "林秀瑛"
    assert principal.name_confirmed_at


def test_the_profile_keeps_what_is_written_and_speaks_the_language_chosen(client, principal: User) -> None:
    client.force_login(principal)
    page = "/zh-hans/account/profile/"
    assert b"contact_note" not in client.get(page).content, "only those whom learners call are asked"
    data = {"full_name": "林秀英", "school": "石桥小学", "region": "贵州", "language": "en", "contact_note": "x"}
    response = client.post(page, data)
    assert response.headers["Location"] == "/en/me/"
    assert response.cookies[site.LANGUAGE_COOKIE_NAME].value == "en"
    principal.refresh_from_db()
    assert (principal.school, principal.region, principal.language) == ("石桥小学", "贵州", "en")
    assert principal.contact_note == ""


def test_facilitators_say_how_to_reach_them(client, operator: User) -> None:
    client.force_login(operator)
    data = {"full_name": "高云", "language": "zh-hans", "contact_note": "工作日 19:00 以后"}
    assert client.post("/zh-hans/account/profile/", data).status_code == 302
    operator.refresh_from_db()
    assert operator.contact_note == "工作日 19:00 以后"


@pytest.mark.parametrize("page", ["welcome", "name", "profile"])
def test_a_persons_pages_are_for_the_person(client, page: str) -> None:
    response = client.get(f"/zh-hans/account/{page}/")
    assert response.headers["Location"] == f"/zh-hans/account/sign-in/?next=/zh-hans/account/{page}/"


# --- Messages ------------------------------------------------------------------------------------------------------

PARAMS = {
    "assignment": "试一次 <谈心> & 倾听",
    "cohort": "2026 秋季班",
    "course": {"zh-hans": "走近留守儿童", "en": "Walking beside left-behind children"},
    "serial": "TC-2026-0001",
    "page": "一课 <草稿> & 新题",
    "by": "何编",
    "comment": "请补一个 <例子>。",
}


def a_message(recipient: User, at: datetime, event: str = MessageEvent.ACCEPTED, link: str = "") -> Message:
    return tell(recipient=recipient, event=event, key=f"test:{uuid4()}", params=PARAMS, link=link, at=at)


def test_the_same_cause_never_tells_twice(principal: User, now: datetime) -> None:
    first = tell(recipient=principal, event=MessageEvent.ACCEPTED, key="review:1", params=PARAMS, link="today", at=now)
    again = tell(recipient=principal, event=MessageEvent.RETURNED, key="review:1", params={}, link="me", at=now)
    assert again.pk == first.pk
    assert (again.event, again.link) == (MessageEvent.ACCEPTED, "today")
    assert list(unread_messages(principal)) == [first]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("event", MessageEvent.values)
def test_every_event_has_words_in_every_language(principal: User, now: datetime, event: str, language: str) -> None:
    message = a_message(principal, now, event)
    with translation.override(language):
        words = text_of(message)
    assert words
    assert "{" not in words
    assert "&lt;" not in words, "plain text; whoever shows it escapes it"


def test_words_and_events_are_the_same_set() -> None:
    folders = {path.parent.name for path in Path(site.BASE_DIR, "templates", "messages").glob("*/web.txt")}
    assert folders == set(MessageEvent.values)


def test_reading_marks_and_leads_on(client, principal: User, now: datetime) -> None:
    client.force_login(principal)
    message = a_message(principal, now, link="accounts:name")
    response = client.post(f"/zh-hans/account/messages/{message.uuid}/read/")
    assert response.headers["Location"] == "/zh-hans/account/name/"
    assert not unread_messages(principal).exists()


def test_a_link_that_leads_nowhere_any_more_leads_to_today(principal: User, now: datetime) -> None:
    assert address_of(a_message(principal, now, link="nowhere:at_all|1")) == "/zh-hans/today/"
    assert address_of(a_message(principal, now)) == "/zh-hans/today/"


def test_nobody_reads_the_messages_of_others(client, principal: User, operator: User, now: datetime) -> None:
    client.force_login(operator)
    message = a_message(principal, now)
    assert client.post(f"/zh-hans/account/messages/{message.uuid}/read/").status_code == 404
    assert mark_read(reader=operator, uuid=message.uuid, at=now) is None
    assert unread_messages(principal).exists()
