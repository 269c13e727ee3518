"""The short form of a practice against odd input and odd moments: refused in words, and nothing typed is lost."""

from typing import Any

import pytest
from django.test import Client

from courses.models import PracticeDraftPhoto
from tests.courses.test_practice_form import a_file, author, form_address, hand_in, phone, the_draft

__all__ = ["author", "phone"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_course")]


def test_a_megabyte_and_odd_characters_are_no_crash_and_fill_no_session(phone: Client, author: Any) -> None:
    address, long = form_address(), "字😀\0" * 100_000
    guest = Client()
    assert guest.post(address, {"problem": long, "whole": "1", "themes": [long]}).status_code == 302
    assert len(str(dict(guest.session))) < 100_000
    guest.force_login(author)
    assert "字😀" in guest.get(address).text
    assert phone.post(address, {"problem": long}).status_code == 302
    half = b"title=%E5%8F%AB%ED%A0%BD"  # half of an emoji, as a bad keyboard sends it
    assert phone.post(address, half, content_type="application/x-www-form-urlencoded").status_code == 302
    assert the_draft().answers["title"].startswith("叫")
    assert the_draft().answers["problem"].startswith("字😀字😀")
    refused = phone.post(address, {"problem": long, "action": "submit"})
    assert refused.status_code == 422
    assert "4000" in refused.text
    assert "字😀字😀" in refused.text


def test_after_handing_in_every_door_says_so_and_gives_the_words_back(phone: Client) -> None:
    address = form_address()
    phone.post(address, {"photos": [a_file()]})
    photo = PracticeDraftPhoto.objects.get()
    assert hand_in(phone, address, **{f"alt-{photo.uuid}": "树下的凳子"}).status_code == 302
    photo.refresh_from_db()
    doors: list[dict[str, Any]] = [{"problem": "后来写的"}, {"photos": [a_file(2)]}]
    doors += [{"remove": str(photo.uuid)}, {f"alt-{photo.uuid}": "长凳"}]
    for data in doors:
        response = phone.post(address, data)
        assert response.status_code == 409, data
        assert "已经提交" in response.text
        assert data.get("problem", "") in response.text
    assert phone.post(address, {"title": "x"}, headers={"Accept": "application/json"}).status_code == 409
    assert [one.alt for one in PracticeDraftPhoto.objects.all()] == [photo.alt]
