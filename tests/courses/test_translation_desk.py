"""The translator's desk in the admin: side by side, whole courses, files out and in, and who publishes."""

import json
import re
import uuid
from html import unescape
from typing import Any

import polib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation

from courses.models import CoursePage, LessonPage, QuestionBank, StalePassage
from courses.selectors import stale_translations
from courses.services.translating.exchange import FileRefused, import_file
from courses.services.translating.publishing import TranslationRefused, publish_translation
from tests.factories.content import lesson, question
from tests.factories.editorial import a_translator, a_volunteer, an_editor
from tests.factories.translations import Blocks, into, publish_with, say, say_all

pytestmark = pytest.mark.django_db


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def desk(client: Client, page: Page, asked: str = "", **data: str) -> Any:
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return client.post(address, {"translation": asked} | data, follow=True) if asked else client.get(address)


def edit_passage(client: Client, page: Page, block: str, words: str) -> int:
    """Say something as the editor's own script does."""
    translation = into(page)
    segment = translation.source.stringsegment_set.get(context__path__endswith=block)
    address = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
    return client.put(address, encode_multipart(BOUNDARY, {"value": words}), content_type=MULTIPART_CONTENT).status_code


@pytest.fixture
def changed(small_course) -> LessonPage:
    """An English lesson whose Chinese source says something else since."""

    def reword(blocks: Blocks) -> None:
        blocks[0]["value"] = "<p>先听听，再问。</p>"

    publish_with(lesson("ask"), reword)
    return lesson("ask", "en")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_translated_page_opens_beside_its_source_with_marks(changed, language) -> None:
    client = as_(a_translator(language=language))
    client.cookies["django_language"] = language
    page = desk(client, changed).content.decode()
    assert "js-translation-editor" in page
    assert "先听，再问。" in page, "what it said when it was translated"
    assert ("改动" if language == "zh-hans" else "Changed since") in page


def test_a_stale_passage_is_neither_ticked_nor_said_to_be_untranslated(changed) -> None:
    text = desk(as_(a_translator()), changed).text
    assert "有 1 处译文过时了" in text
    assert "等着翻译。" not in text
    props = json.loads(unescape(re.findall(r'data-props="([^"]*)"', text)[0]))
    (segment,) = [one for one in props["segments"] if "⚑" in (one["location"]["subField"] or "")]
    said = {one["segment_id"]: one["error"] for one in props["initialStringTranslations"]}
    assert said.pop(segment["id"]) == "需要更新：原文改过了"
    assert set(said.values()) == {None}


def test_a_translator_translates_and_a_second_person_publishes(changed) -> None:
    translator, editor = a_translator(), an_editor()
    assert edit_passage(as_(translator), changed, question("ask", "words"), "Listen well, then ask.") < 300
    assert not stale_translations()
    with pytest.raises(TranslationRefused):
        publish_translation(translation=into(changed), at=timezone.now(), actor=translator)
    desk(as_(translator), changed, "publish")
    assert "Listen well" not in str(lesson("ask", "en").body)
    desk(as_(translator), changed, "hand-in")
    assert lesson("ask", "en").workflow_in_progress
    desk(as_(editor), changed, "publish")
    assert "Listen well" in str(lesson("ask", "en").body)


@pytest.mark.parametrize(("who", "first"), [(a_translator, "hand-in"), (an_editor, "publish")])
def test_the_first_button_is_what_comes_next_and_stopping_is_in_the_menu(changed, who: Any, first: str) -> None:
    text = desk(as_(who()), changed).content.decode()
    footer = text[text.index('<footer class="footer">') :]
    assert re.findall(r'name="translation" value="([\w-]+)"', footer) == [first, "draft"]
    menu = footer.index('data-w-dropdown-target="content"')
    stop = footer.index(reverse("wagtail_localize:stop_translation", args=[into(changed).pk]))
    assert footer.index(f'value="{first}"') < menu < stop < footer.index("</form>")
    assert "translation-desk.css" in text, "which hides the buttons that wagtail-localize's script draws"
    assert 'data-english="简体中文 to English translation"' in text
    assert 'data-said="从简体中文译成English"' in text


def test_dates_in_the_editor_are_read_in_every_language(changed) -> None:
    client = as_(a_translator())
    edit_passage(client, changed, question("ask", "words"), "Listen well, then ask.")
    props = json.loads(unescape(re.findall(r'data-props="([^"]*)"', desk(client, changed).text)[0]))
    said = [one["comment"] for one in props["initialStringTranslations"]] + [props["object"]["lastPublishedDate"]]
    assert all(re.search(r"\d{4}-\d\d-\d\d", words) for words in said)


def test_an_editor_who_translated_waits_for_another(changed) -> None:
    editor, other = an_editor(), an_editor()
    edit_passage(as_(editor), changed, question("ask", "words"), "Listen well, then ask.")
    answer = desk(as_(editor), changed, "publish").content.decode()
    assert str(other) in answer, "who may publish is named"
    assert "Listen well" not in str(lesson("ask", "en").body)
    as_(editor).post(reverse("wagtailadmin_pages:edit", args=[changed.pk]), {"action": "publish"})
    assert "Listen well" not in str(lesson("ask", "en").body), "the button of wagtail-localize is no way round"
    desk(as_(other), changed, "publish")
    assert "Listen well" in str(lesson("ask", "en").body)


def test_carried_words_do_not_count_as_said_anew(small_course) -> None:
    editor, other = an_editor(), an_editor()
    edit_passage(as_(editor), lesson("ask", "en"), question("ask", "words"), "Listen well, then ask.")
    publish_translation(translation=into(lesson("ask", "en")), at=timezone.now(), actor=other)
    publish_with(lesson("ask"), lambda blocks: blocks[0].update(value="<p>先听听，再问。</p>"))
    publish_translation(translation=into(lesson("ask", "en")), at=timezone.now(), actor=editor)


def test_drafts_and_confirmations_go_by_the_desk(changed) -> None:
    client = as_(a_translator())
    edit_passage(client, changed, "feedback_true", "Quite right.")
    desk(client, changed, "draft")
    assert "Quite right." in str(lesson("ask", "en").get_latest_revision_as_object().body.get_prep_value())
    assert "Quite right." not in str(lesson("ask", "en").body.get_prep_value())
    desk(client, changed, "confirm")
    assert not StalePassage.objects.exclude(string=None).exists()
    assert client.post(reverse("wagtailadmin_pages:edit", args=[changed.pk]), {"translation": "x"}).status_code == 404


def test_following_again_keeps_a_draft_that_was_edited_meanwhile(small_course) -> None:
    """Issue 876 through the screens: "stop", edit and save a draft, "start"."""
    client, english = as_(an_editor()), lesson("ask", "en")
    client.post(reverse("wagtail_localize:stop_translation", args=[into(english).pk]))
    draft = english.get_latest_revision_as_object()
    draft.title = "Asking by hand"
    draft.save_revision()
    client.post(reverse("wagtailadmin_pages:edit", args=[english.pk]), {"localize-restart-translation": "1"})
    assert into(english).enabled
    desk(client, english, "draft")
    assert lesson("ask", "en").get_latest_revision_as_object().title == "Asking by hand"


def test_a_whole_course_is_begun_at_once(small_course) -> None:
    english = CoursePage.objects.get(locale__language_code="en")
    practices = Page.objects.filter(locale__language_code="en", depth__gt=3).exclude(path__startswith=english.path)
    for page in [english, *practices.filter(content_type__model="practicepage")]:
        Page.objects.get(pk=page.pk).delete()
    bank = QuestionBank.objects.create(title="题库", locale=small_course.locale, questions="[]")
    publish_with(
        lesson("ask"),
        lambda blocks: blocks.append({"type": "draw", "id": str(uuid.uuid4()), "value": {"bank": bank.pk, "count": 1}}),
    )
    address = reverse("wagtail_localize:submit_page_translation", args=[small_course.pk])
    assert as_(a_volunteer()).post(address, {"language": "en"}).status_code in (302, 403)
    assert not CoursePage.objects.filter(locale__language_code="en").exists()
    client = as_(a_translator())
    assert client.get(address).status_code == 200
    client.post(address, {"language": "en"})
    for source in [small_course, *small_course.get_descendants().specific(), bank]:
        twin = source.get_translation(Locale.objects.get(language_code="en"))
        assert not twin.live, "nobody reads Chinese words on an English page"
        assert into(twin).source.object_id == source.translation_key
    assert not Page.objects.exclude(alias_of=None).exists()
    again = client.post(address, {"language": "en"}, follow=True)
    assert again.status_code == 200
    assert Translation.objects.filter(source__object_id=small_course.translation_key).count() == 1
    twin = lesson("ask", "en")
    say_all(twin)
    with pytest.raises(TranslationRefused, match="题库"):
        publish_translation(translation=into(twin), at=timezone.now(), actor=None)


def test_nothing_becomes_an_alias(small_course) -> None:
    client, english = as_(an_editor()), lesson("ask", "en")
    assert client.post(reverse("wagtail_localize:convert_to_alias", args=[english.pk])).status_code == 404
    edit = reverse("wagtailadmin_pages:edit", args=[english.pk])
    assert client.post(edit, {"localize-convert-to-alias": "1"}).status_code == 404


def test_bringing_changes_over_by_hand_loses_nothing(changed) -> None:
    client = as_(an_editor())
    address = reverse("wagtail_localize:update_translations", args=[into(changed).source.pk])
    assert client.get(address).status_code == 200
    client.post(address, {"publish_translations": "on"})
    assert "Listen first" in str(lesson("ask", "en").body)
    assert as_(a_volunteer()).post(address).status_code in (302, 403)


# Files -------------------------------------------------------------------------------------------------------------


def exported(page: Page) -> polib.POFile:
    client = as_(a_translator())
    answer = client.get(reverse("wagtail_localize:download_pofile", args=[into(page).pk]))
    assert "ask-en.po" in answer["Content-Disposition"]
    return polib.pofile(answer.content.decode())


def take(page: Page, content: str | bytes) -> Any:
    raw = content.encode() if isinstance(content, str) else content
    return import_file(translation=into(page), content=raw, at=timezone.now(), actor=None)


def entry(file: polib.POFile, msgid: str) -> polib.POEntry:
    return next(one for one in file if one.msgid == msgid)


def test_a_file_goes_out_and_comes_back(changed) -> None:
    file = exported(changed)
    entry(file, "先听听，再问。").msgstr = "Listen and listen, then ask."
    address = reverse("wagtail_localize:upload_pofile", args=[into(changed).pk])
    upload = SimpleUploadedFile("ask.po", str(file).encode())
    answer = as_(a_translator()).post(address, {"file": upload}, follow=True).content.decode()
    assert "1" in answer
    assert not stale_translations()
    publish_translation(translation=into(changed), at=timezone.now(), actor=None)
    assert "Listen and listen" in str(lesson("ask", "en").body)


def test_an_old_file_takes_nothing_back(small_course) -> None:
    english = lesson("ask", "en")
    old = exported(english)
    entry(old, "对。").msgstr = "Correct."
    say(english, "feedback_true", "Quite right.")
    publish_with(lesson("ask"), lambda blocks: blocks[0].update(value="<p>先听听，再问。</p>"))
    entry(old, "先听，再问。").msgstr = "Something else"
    imported = take(english, str(old))
    assert (imported.taken, imported.newer, imported.unknown) == (0, 1, 1)
    data = StringTranslation.objects.filter(context__object_id=english.translation_key).values_list("data", flat=True)
    assert "Quite right." in data
    assert "Listen first, then ask." in data


def test_an_unsure_or_empty_entry_is_left_out(changed) -> None:
    file = exported(changed)
    entry(file, "对。").msgstr = ""
    wait = entry(file, "等一等。")
    wait.msgstr, wait.flags = "Hold on.", ["fuzzy"]
    imported = take(changed, str(file))
    assert (imported.taken, imported.empty, imported.unsure) == (0, 1, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_files_come_in_the_encodings_that_people_use(small_course, encoding) -> None:
    file = exported(lesson("ask", "en"))
    entry(file, "对。").msgstr = "Right you are – 好."
    file.metadata["Content-Type"] = f"text/plain; charset={encoding.removesuffix('-sig')}"
    assert take(lesson("ask", "en"), str(file).encode(encoding)).taken == 1


def broken_syntax(file: polib.POFile) -> bytes:
    return str(file).replace('msgstr "Right."', 'msgstr "Right.').encode()


def of_another_page(file: polib.POFile) -> bytes:
    file.metadata["X-WagtailLocalize-TranslationID"] = str(uuid.uuid4())
    return str(file).encode()


def without_a_head(file: polib.POFile) -> bytes:
    return b'msgid "a"\nmsgstr "b"\n'


def in_utf_16(file: polib.POFile) -> bytes:
    return str(file).encode("utf-16")


def with_a_strange_tag(file: polib.POFile) -> bytes:
    entry(file, "对。").msgstr = "<script>Right</script>"
    return str(file).encode()


def a_picture(file: polib.POFile) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def too_long(file: polib.POFile) -> bytes:
    return str(file).encode() + b"\n#" + b"x" * 2_000_000


def with_nothing_in_it(file: polib.POFile) -> bytes:
    entry(file, "对。").msgstr = "Rig\0ht"
    return str(file).encode()


def in_no_charset(file: polib.POFile) -> bytes:
    file.metadata["Content-Type"] = "text/plain; charset=undefined"
    return str(file).encode() + b"\n# \xff\n"


def of_half_characters(file: polib.POFile) -> bytes:
    file.metadata["Content-Type"] = "text/plain; charset=utf-7"
    text = str(file).encode("utf-7") + b"\n# \xff+2AA-\n"
    return text.replace(b'"Content-Type: text/plain+ADs charset+AD0-utf-7', b'"Content-Type: text/plain; charset=utf-7')


def with_a_link_that_runs(file: polib.POFile) -> bytes:
    entry(file, "对。").msgstr = '<a href="javascript:alert(1)">Right</a>'
    return str(file).encode()


FAULTS = [broken_syntax, of_another_page, without_a_head, in_utf_16, with_a_strange_tag, a_picture, too_long]
FAULTS += [with_nothing_in_it, in_no_charset, of_half_characters, with_a_link_that_runs]


@pytest.mark.parametrize("spoil", FAULTS)
def test_a_file_with_a_fault_is_refused_whole_with_a_sentence(small_course, spoil) -> None:
    english = lesson("ask", "en")
    file = exported(english)
    entry(file, "等一等。").msgstr = "Hold on."
    content = spoil(file)
    with pytest.raises(FileRefused) as refused:
        take(english, content)
    assert len(str(refused.value)) > 8
    assert "Hold on." not in StringTranslation.objects.values_list("data", flat=True)
    address = reverse("wagtail_localize:upload_pofile", args=[into(english).pk])
    answer = as_(a_translator()).post(address, {"file": SimpleUploadedFile("a.po", content)}, follow=True)
    assert str(refused.value).split("“")[0] in answer.content.decode()
