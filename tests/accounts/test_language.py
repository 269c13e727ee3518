"""Which language a reader gets."""

import pytest
from django.conf import settings as site
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

from accounts.middleware import ReaderLanguageMiddleware


def answer(path: str, *, cookie: str = "", accept: str = "", status: int = 200) -> tuple[str, HttpResponse]:
    """Send a request through the middleware; return the language that the view ran in, and the response."""
    request = RequestFactory().get(path, headers={"Accept-Language": accept} if accept else None)
    if cookie:
        request.COOKIES[site.LANGUAGE_COOKIE_NAME] = cookie
    spoken = []

    def view(_request: object) -> HttpResponse:
        spoken.append(translation.get_language())
        return HttpResponse(status=status)

    response = ReaderLanguageMiddleware(view)(request)
    assert isinstance(response, HttpResponse)
    return spoken[0], response


@pytest.mark.parametrize(
    ("path", "cookie", "accept", "language"),
    [
        ("/en/today/", "zh-hans", "zh-CN", "en"),
        ("/zh-hans/today/", "en", "en-GB", "zh-hans"),
        ("/zh-hans/today/?lang=en", "", "", "zh-hans"),
        ("/j/ABC/", "", "", "zh-hans"),
        ("/j/ABC/", "en", "zh-CN", "en"),
        ("/j/ABC/?lang=en", "zh-hans", "zh-CN", "en"),
        ("/j/ABC/?lang=EN", "", "", "en"),
        ("/j/ABC/?lang=xx", "", "en", "en"),
        ("/j/ABC/?lang=../../etc", "", "en", "en"),
        ("/j/ABC/?lang=" + "a" * 5000, "", "en", "en"),
        ("/j/ABC/", "", "en-GB,en;q=0.9", "en"),
        ("/j/ABC/", "", "zh-CN", "zh-hans"),
        ("/j/ABC/", "", "zh-TW,zh;q=0.9", "zh-hans"),
        ("/j/ABC/", "", "zh-HK", "zh-hans"),
        ("/j/ABC/", "", "zh-Hant-TW", "zh-hans"),
        ("/j/ABC/?lang=zh", "en", "", "zh-hans"),
        ("/j/ABC/", "", "fr-FR", "zh-hans"),
    ],
)
def test_prefix_then_question_then_cookie_then_browser(path: str, cookie: str, accept: str, language: str) -> None:
    spoken, response = answer(path, cookie=cookie, accept=accept)
    assert spoken == language
    assert response.headers["Content-Language"] == language


def test_the_choice_is_remembered() -> None:
    _spoken, response = answer("/j/ABC/?lang=en")
    assert response.cookies[site.LANGUAGE_COOKIE_NAME].value == "en"


@pytest.mark.parametrize("path", ["/j/ABC/", "/j/ABC/?lang=xx", "/en/today/?lang=zh-hans"])
def test_nothing_is_remembered_that_was_not_chosen(path: str) -> None:
    _spoken, response = answer(path)
    assert site.LANGUAGE_COOKIE_NAME not in response.cookies


@pytest.mark.django_db
def test_an_address_without_prefix_leads_below_one_but_a_404_of_ours_stays(client) -> None:
    assert client.get("/today/").headers["Location"] == "/zh-hans/today/"
    assert client.get("/j/NOSUCH/").status_code == 404
