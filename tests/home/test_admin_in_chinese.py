"""What volunteers, editors, translators and operators meet in the admin is in Chinese, whoever wrote the screen."""

import html
import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import Page

from accounts.enums import SiteGroup
from accounts.models import User
from courses.models import QuestionBank, Theme
from foundation.models import Picture
from tests.factories.editorial import a_lesson_by, a_member, hand_in
from tests.home.speech import foreign

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("small_course"),
    # Wagtail leaves the temporary files of thumbnails to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

LINK = re.compile(r"""["'](/admin/[^"'#<>\s]*)""")
ELSEWHERE = re.compile(
    r"logout|export=|/preview/|/view_draft/|jsi18n|/api/|\.js|/chosen/|/draft/|tag-autocomplete|/serve/"
)
"""What is no screen of the admin: files, scripts, pages of the site."""
TECHNICAL = (
    r"(?:Ctrl|Shift|Alt|Esc|Enter)\b|English|XLSX|TSV|WAV|Opus|OGG|docx?\b|URL|(?:courses|home|foundation)\.[a-z]+|localhost"
    r"|\bAPI\b|\bHTML\b|Wagtail|Port|Root page|Site name"
)
"""Keys of the keyboard, names of languages, of kinds of files and of classes; three columns of the list of sites, which
Wagtail names by its code and only operators open."""


def shape(address: str) -> str:
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "N", address.split("?")[0])


def screens(client: Client) -> Iterator[tuple[str, str]]:
    """Yield the address and the HTML of one screen of each kind that this person is led to."""
    waiting, seen = ["/admin/"], {"/admin/"}
    while waiting:
        address = waiting.pop(0)
        response = client.get(address)
        if response.streaming:
            response.close()
            continue
        if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
            continue
        text = response.content.decode()
        yield address, text
        for link in LINK.findall(html.unescape(text)):
            if shape(link) not in seen and not ELSEWHERE.search(link):
                seen.add(shape(link))
                waiting.append(link)


def written() -> str:
    """Return a pattern of what people wrote, which stays as they wrote it: titles, keys, slugs, addresses."""
    words = set(Page.objects.values_list("title", flat=True)) | set(Page.objects.values_list("slug", flat=True))
    words |= set(QuestionBank.objects.values_list("title", flat=True)) | set(
        Theme.objects.values_list("key", flat=True)
    )
    words |= set(Picture.objects.values_list("title", flat=True)) | set(Group.objects.values_list("name", flat=True))
    words |= {str(theme) for theme in Theme.objects.all()} | {str(person) for person in User.objects.all()}
    return "|".join([TECHNICAL, *(re.escape(word) for word in sorted(filter(None, words), key=len, reverse=True))])


@pytest.mark.parametrize("group", SiteGroup.values)
def test_the_admin_is_in_chinese(group: str) -> None:
    person = a_member(group)
    hand_in(a_lesson_by(a_member(SiteGroup.VOLUNTEER), title="等审核的课"), person)
    a_lesson_by(person, title="我的草稿")
    client = Client()
    client.force_login(person)
    kinds, english = set(), {}
    for address, text in screens(client):
        kinds.add(shape(address))
        found = set(foreign(text, names=written()))
        if found:
            english[address] = sorted(found)
    assert english == {}
    assert len(kinds) > {SiteGroup.VOLUNTEER: 15, SiteGroup.TRANSLATOR: 8}.get(SiteGroup(group), 40), sorted(kinds)
    assert group == SiteGroup.TRANSLATOR or "/admin/pages/N/edit/" in kinds
