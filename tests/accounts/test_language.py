"""Which language a reader gets."""

import pytest
from django.conf import settings as site
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

from accounts.middleware import ReaderLanguageMiddleware
from home.services.site import prepare_site
from tests.factories.editorial import an_editor


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


@pytest.mark.django_db
def test_the_admin_speaks_the_language_that_the_person_chose(client) -> None:
    prepare_site()
    client.force_login(an_editor(language="en"))
    client.cookies[site.LANGUAGE_COOKIE_NAME] = "zh-hans"
    home = client.get("/admin/", headers={"Accept-Language": "zh-CN"})
    assert '<html lang="en"' in home.content.decode()
    assert "Dashboard" in home.content.decode()
    assert home.cookies[site.LANGUAGE_COOKIE_NAME].value == "en", "addresses without a prefix follow"
    assert "\\u63d2" not in client.get("/admin/jsi18n/").content.decode()


@pytest.mark.django_db
def test_the_admins_account_page_changes_the_persons_one_language(client) -> None:
    prepare_site()
    editor = an_editor(language="en")
    client.force_login(editor)
    page = client.get("/admin/account/").content.decode()
    assert 'name="locale-language"' in page
    assert "preferred_language" not in page
    assert "Pacific/Yap" not in page
    form = {"name_email-full_name": editor.full_name, "name_email-email": editor.email, "locale-language": "zh-hans"}
    theme = {"theme-theme": "system", "theme-contrast": "system", "theme-density": "default"}
    assert client.post("/admin/account/", form | theme).status_code == 302
    editor.refresh_from_db()
    assert editor.language == "zh-hans"
    home = client.get("/admin/", headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="zh-hans"' in home
    assert "控制面板" in home
    assert "- 梯田</title>" in "".join(home.split("\n"))
    assert "\\u63d2" in client.get("/admin/jsi18n/", headers={"Accept-Language": "en"}).content.decode()
