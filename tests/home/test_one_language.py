"""Every public screen of the demonstration speaks one language, Chinese or English."""

from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.test import Client

from courses.models import CoursePage, PracticePage
from tests.home.speech import foreign
from tests.home.test_screens import Page

pytestmark = pytest.mark.django_db

STARTS = (
    *("/zh-hans/", "/en/", "/zh-hans/account/sign-in/", "/en/account/sign-in/", "/j/?lang=en", "/j/?lang=zh-hans"),
    *("/verify/?lang=en", "/verify/?lang=zh-hans", "/zh-hans/search/?q=孩子", "/en/search/?q=child"),
    *("/zh-hans/nothing-here/", "/en/nothing-here/", "/j/NOTACODE/?lang=en", "/j/NOTACODE/?lang=zh-hans"),
)


ASKED = "child|孩子"
"""What was typed into the search and is said back."""


def shape(address: str) -> tuple[str, frozenset[str]]:
    """Return what pages have in common that differ only in what a filter is set to."""
    parts = urlsplit(address)
    return parts.path, frozenset(parse_qs(parts.query))


def pages(client: Client) -> dict[str, str]:
    """Return the HTML of every page that a guest can reach by tapping, one for each set of filters."""
    waiting, seen, found = list(STARTS), {shape(start) for start in STARTS}, {}
    while waiting:
        address = waiting.pop()
        response = client.get(address, follow=True)
        final = response.redirect_chain[-1][0] if response.redirect_chain else address
        if response.streaming:
            response.close()
            continue
        if not response["Content-Type"].startswith("text/html"):
            continue
        found[address] = response.content.decode()
        for link in Page(found[address]).links:
            target = urlsplit(urljoin(final, link))
            following = target._replace(fragment="").geturl()
            is_page = not target.path.startswith(("/admin/", "/static/", "/media/"))
            is_ours = not target.netloc and not target.scheme and is_page
            if is_ours and shape(following) not in seen:
                seen.add(shape(following))
                waiting.append(following)
    return found


def test_every_public_screen_speaks_one_language(demonstration, client) -> None:
    found = pages(client)
    taught = {page.get_url() or "" for model in (CoursePage, PracticePage) for page in model.objects.live()}
    assert taught <= found.keys(), "the crawl reaches the courses and the practices in both languages"
    mixed = {address: words for address, html in found.items() if (words := foreign(html, names=ASKED))}
    assert mixed == {}


def test_the_check_hears_what_it_listens_for() -> None:
    english = '<html lang="en"><p>One in 中文</p><p lang="zh-hans">梯田</p><img alt="图"><script>"不"</script></html>'
    assert foreign(english) == ["One in 中文", "图"]
    chinese = (
        '<html lang="zh-hans"><p>先 Save 再说</p><i lang="en">Hello</i><a title="Open">x</a><p>一份 PDF</p></html>'
    )
    assert foreign(chinese) == ["先 Save 再说", "Open"]
