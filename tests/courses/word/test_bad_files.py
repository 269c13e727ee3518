"""Bad files are refused in a clear sentence with the right status, nothing is fetched, and nothing is half made."""

import contextlib
import io
import socket
import zipfile

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.models import LessonPage, ModulePage, WordImport
from courses.services.importing import WordRefused, read_word
from foundation.models import Picture
from foundation.uploads import UploadRefused
from tests.courses.word.bad import BAD, WHOLE, with_part
from tests.courses.word.make_documents import pictures_of_all_kinds, repacked, saved
from tests.factories.people import an_operator
from tests.factories.photos import a_jpeg


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_for_its_reason(name: str) -> None:
    make, file_name, code, status = BAD[name]
    with pytest.raises(UploadRefused) as refused:
        read_word(make(), name=file_name, language="zh-hans")
    assert (refused.value.code, refused.value.status) == (code, status)


@pytest.mark.django_db
@pytest.mark.usefixtures("small_course")
@pytest.mark.parametrize("name", BAD)
def test_the_door_says_so_and_nothing_is_half_made(name: str, client: Client, tmp_path) -> None:
    make, file_name, _code, status = BAD[name]
    client.force_login(an_operator())
    module = ModulePage.objects.first()
    before = (LessonPage.objects.count(), Picture.objects.count())
    response = client.post("/admin/word/", {"file": SimpleUploadedFile(file_name, make()), "parent": module.pk})
    assert response.status_code == status
    [sentence] = response.context["form"].errors["file"]
    assert len(sentence) > 10
    assert f'value="{module.pk}" selected' in response.content.decode()
    assert not WordImport.objects.exists()
    assert (LessonPage.objects.count(), Picture.objects.count()) == before
    assert not [path for path in (tmp_path / "private").rglob("*") if path.is_file()]


def test_linked_pictures_are_never_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("something was fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    reading = read_word(saved(pictures_of_all_kinds()), name="linked.docx", language="en")
    assert reading.report.has("linked_picture")


HOSTILE = [
    "javascript:alert(1)",
    " JaVaScript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "\\\\host\\share",
    "//host/share",
    "../../secret",
    "ms-word:ofe|u|https://a.example",
    'https://a b/"><script>',
    "https://[::1",
    f"https://a.example/{'x' * 3000}",
]


@pytest.mark.parametrize("is_field", [False, True], ids=["relation", "field"])
@pytest.mark.parametrize("target", HOSTILE, ids=lambda target: target[:20])
def test_a_hostile_link_keeps_its_words_and_is_named(target: str, is_field: bool) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("请")
    if is_field:
        marks = [("fldChar", "begin"), ("instrText", f' HYPERLINK "{target.replace(chr(34), "")}" ')]
        marks += [("fldChar", "separate"), ("t", "看这里"), ("fldChar", "end")]
        for name, said in marks:
            mark = OxmlElement(f"w:{name}")
            mark.set(qn("w:fldCharType"), said) if name == "fldChar" else setattr(mark, "text", said)
            paragraph.add_run()._r.append(mark)
    else:
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), document.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        link.append(paragraph.add_run("看这里")._r)
        paragraph._p.append(link)
    reading = read_word(saved(document), name="links.docx", language="zh-hans")
    assert "看这里" in reading.words
    assert "<a" not in str(reading.content.body)
    assert reading.report.has("bad_link")


def test_pictures_of_every_damaged_kind_are_named_and_the_rest_is_imported() -> None:
    content = saved(pictures_of_all_kinds())
    names = [name for name in zipfile.ZipFile(io.BytesIO(content)).namelist() if name.startswith("word/media/")]
    whole = a_jpeg()
    kinds = [b"", b"not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", whole[: len(whole) // 2], b"GIF89a"]
    damaged = dict(zip(names, kinds, strict=False))
    assert len(damaged) == len(names)
    reading = read_word(repacked(content, damaged), name="damaged.docx", language="en")
    assert not reading.pictures
    assert not [block for block in reading.content.body if block["type"] == "picture"]
    named = sum(entry.count for entry in reading.report.entries.values() if entry.kind.endswith("_picture"))
    assert named == len(names) + 2  # one is used twice, one is only linked


@pytest.mark.parametrize(("text", "code"), [("", "no_words"), ("too many", "too_many_pictures")])
def test_a_sound_file_that_is_no_lesson_is_refused(text: str, code: str) -> None:
    document = docx.Document()
    if text:
        for _number in range(61):
            document.add_picture(io.BytesIO(a_jpeg()))
    with pytest.raises(WordRefused) as refused:
        read_word(saved(document), name="leer.docx", language="en")
    assert refused.value.code == code


@settings(max_examples=60)
@given(data=st.data())
def test_no_damage_to_a_part_leads_to_anything_but_a_refusal(data: st.DataObject) -> None:
    names = [
        "word/document.xml",
        "word/styles.xml",
        "word/numbering.xml",
        "word/_rels/document.xml.rels",
        "_rels/.rels",
    ]
    name = data.draw(st.sampled_from(names))
    part = bytearray(zipfile.ZipFile(io.BytesIO(WHOLE)).read(name))
    start = data.draw(st.integers(0, len(part) - 1))
    part[start : start + data.draw(st.integers(0, 300))] = data.draw(st.binary(max_size=20))
    with contextlib.suppress(UploadRefused, WordRefused):
        read_word(with_part(name, bytes(part)), name="damaged.docx", language="en")
