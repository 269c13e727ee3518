"""The sheet as an artefact: what is read from the finished file, not how it was made."""

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import segno
from PIL import Image

from certificates.rendering import (
    DESIGNS,
    EN,
    ZH,
    SheetData,
    SheetError,
    SheetReason,
    Signatory,
    check_sheet,
    draw_picture,
    draw_sheet,
    engine,
    fitting,
    fonts,
    missing_glyphs,
    missing_libraries,
    sample_sheet,
    sheet,
    verify_fonts,
)

# WeasyPrint leaves its colour profile to the garbage collector to close.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB2014.icc:ResourceWarning")

ROOT = Path(__file__).resolve().parents[2]

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'

NAMES = [
    "赵锬",
    "欧阳·阿依古丽",
    "䶮㛃𬭎",
    "𠮷",
    "𰻝",
    "王𤋫",
    "Anne-Marie O'Connor",
    "Őrhegyi Šárka",
    "阿依古丽 Ayigul",
    "曾<b>&amp;</b>\"'",
    "阿卜杜热西提" * 10,
    "Maria Fernanda de los Angeles Castañeda von Hohenberg y Ruiz",
]

WORST = sample_sheet(
    name="阿卜杜热西提" * 10,
    course_title={
        ZH: "乡村校长领导力提升研修：寄宿制学校中留守儿童陪伴、家校沟通与心理支持的一线实践与反思（第三期·修订版）",
        EN: "Leadership for rural principals: front-line practice in boarding schools for left-behind children, "
        "with families and counsellors (third edition)",
    },
    practices=("一对一谈心", "心里话信箱", "亲子午餐"),
    hours=Decimal("7.50"),
    signatories=tuple(
        Signatory(name="欧阳·阿依古丽", role={ZH: "县教育局基础教育科协调人", EN: "County co-ordinator for schools"})
        for _ in range(3)
    ),
)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    """The sample sheet."""
    return draw_sheet(sample_sheet())


def read_text(pdf: bytes) -> str:
    return run("pdftotext", "-layout", "-", "-", stdin=pdf)


def run(*command: str, stdin: bytes = b"") -> str:
    done = subprocess.run(command, input=stdin, capture_output=True, check=True, timeout=60)
    return done.stdout.decode()


def refusal(data: SheetData) -> SheetError:
    with pytest.raises(SheetError) as caught:
        draw_sheet(data)
    return caught.value


@pytest.mark.parametrize("name", NAMES)
def test_the_name_is_read_from_the_pdf_exactly_as_typed(name):
    lines = [line.strip() for line in read_text(draw_sheet(sample_sheet(name=name))).splitlines()]

    first = lines.index("Certificate of Completion") + 1
    printed = [line for line in lines[first : lines.index(next(x for x in lines if x.startswith("已修完")))] if line]
    assert printed == [line.strip() for line in fitting.fit(name, fitting.NAME, field="name").lines]
    assert "".join(fitting.fit(name, fitting.NAME, field="name").lines) == name


def test_every_fact_stands_on_the_sheet_in_both_languages(pdf):
    text = read_text(pdf)

    for said in (
        "结业证书",
        "陪伴留守儿童：乡村校长的一线实践",
        "Walking beside left-behind children",
        "二〇二六年秋季示范班 · Demonstration cohort, autumn 2026",
        "共 24 学时",
        "24 credit hours",
        "校本实践 3 项",
        "3 practices tried and accepted",
        "2026年11月3日结业",
        "completed on 3 November 2026",
        "梯田乡村校长研修",
        "Terrace Programme for Rural Principals",
        "林见山",
        "Programme director",
        "TC-2026-000123-X",
        "https://terrace.example/v/k7m2qx9d4tbw6hzr/",
    ):
        assert said in text


def test_a_sheet_without_practices_does_not_claim_any():
    text = read_text(draw_sheet(sample_sheet(practices=0, hours=1, completed_on=date(2027, 1, 31))))

    assert "实践 0" not in text
    assert "tried" not in text
    assert "1 credit hour " in text
    assert "2027年1月31日" in text


def test_the_longest_texts_fit_on_one_page():
    text = read_text(draw_sheet(WORST))

    assert "7.5 credit hours" in text
    assert "一对一谈心、心里话信箱、亲子午餐" in text
    assert text.count("欧阳·阿依古丽") == 3


def test_one_page_of_a4_landscape(pdf):
    with pikepdf.open(BytesIO(pdf)) as document:
        assert len(document.pages) == 1
        left, bottom, right, top = (float(edge) for edge in document.pages[0].mediabox)
    assert (right - left, top - bottom) == pytest.approx((841.89, 595.28), abs=0.01)


def test_the_file_is_sound_and_small(pdf, tmp_path):
    file = tmp_path / "sheet.pdf"
    file.write_bytes(pdf)

    run("qpdf", "--check", str(file))
    assert len(pdf) < 90_000  # leaves room for a signature and a credential within 100 kB


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("赵锬", "Terrace-Sheet-Bold"),
        ("𠮷𰻝", "Terrace-Sheet-Rare-Bold"),
        ("Őrhegyi", "Terrace-Sheet-Latin-Bold"),
        ("王𤋫", "Terrace-Sheet-Rarest"),
    ],
)
def test_only_our_own_fonts_are_embedded(name, family, tmp_path):
    file = tmp_path / "sheet.pdf"
    file.write_bytes(draw_sheet(sample_sheet(name=name)))

    rows = run("pdffonts", str(file)).splitlines()[2:]
    assert any(f"+{family}" in row for row in rows)
    for row in rows:
        assert re.match(r"[A-Z]{6}\+Terrace-Sheet", row), row
        assert re.search(r"yes yes yes", row), row  # embedded, subset, mapped back to Unicode


def test_it_says_that_it_is_archivable_and_accessible(pdf):
    with pikepdf.open(BytesIO(pdf)) as document:
        root = document.Root
        xmp = document.Root.Metadata.read_bytes()
        with document.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "3"
            assert metadata["pdfaid:conformance"] == "A"
            assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
            assert metadata["dc:title"] == str(document.docinfo["/Title"])
        assert xmp.count(b"<rdf:RDF") == 1
        assert str(root.Lang) == "zh-Hans"
        assert root.MarkInfo.Marked
        assert root.ViewerPreferences.DisplayDocTitle
        assert root.OutputIntents[0].S == "/GTS_PDFA1"
        figures = [
            thing
            for thing in document.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/Figure"
        ]
        assert len(figures) == 4  # two signatures, the seal, the code
        assert all(str(figure.Alt) for figure in figures)
        assert b"/Interpolate true" not in pdf


def test_the_same_data_give_the_same_bytes_and_the_date_of_issue_is_kept(pdf):
    assert draw_sheet(sample_sheet()) == pdf

    issued = draw_sheet(sample_sheet(issued_at=datetime(2026, 11, 4, 1, 2, 3, tzinfo=UTC)))
    with pikepdf.open(BytesIO(issued)) as document:
        assert str(document.docinfo["/CreationDate"]).startswith("D:20261104")
        with document.open_metadata() as metadata:
            assert metadata["xmp:CreateDate"].startswith("2026-11-04")


def test_the_code_in_the_picture_is_the_code_of_the_address(pdf):
    # Made here from the address itself: asking our own module would only prove that it agrees with itself.
    modules = tuple(bytes(row) for row in segno.make_qr(sample_sheet().verify_url, error="m").matrix)
    picture = Image.open(BytesIO(draw_picture(pdf))).convert("L").point(lambda grey: 255 * (grey < 128))
    scale = picture.width / 297
    # sheet.css: 33 mm square, 27 mm from the right and 151 mm from the top, with four modules of quiet zone.
    module = 33 / (len(modules) + 8)
    left, top = 297 - 27 - 33 + 4 * module, 151 + 4 * module

    def dark(row: int, column: int) -> bool:
        point = (left + (column + 0.5) * module) * scale, (top + (row + 0.5) * module) * scale
        return picture.getpixel((round(point[0] - 0.5), round(point[1] - 0.5))) == 255

    drawn = tuple(bytes(dark(row, column) for column in range(len(modules))) for row in range(len(modules)))
    assert drawn == modules


def test_the_picture_opens_and_is_light_enough_for_a_phone(pdf):
    png = draw_picture(pdf)

    with Image.open(BytesIO(png)) as picture:
        assert picture.format == "PNG"
        assert picture.size == (1600, 1132)
    assert len(png) < 400_000


def test_a_picture_of_no_pdf_is_refused():
    with pytest.raises(SheetError) as caught:
        draw_picture(b"not a PDF")
    assert caught.value.reason == SheetReason.PICTURE_FAILED


@pytest.mark.parametrize("name", ["赵😀", "王\u200d锬", "李\u202e四", "张\n三", "کریم"])
def test_a_character_that_cannot_be_printed_is_refused(name):
    error = refusal(sample_sheet(name=name))

    assert (error.reason, error.field) == (SheetReason.MISSING_GLYPH, "name")
    assert f"U+{ord(missing_glyphs(name)[0]):04X}" in error.detail


def test_missing_glyphs_are_told_once_each_in_order():
    assert missing_glyphs("😀赵🀄😀锬") == ["😀", "🀄"]
    assert missing_glyphs("赵锬䶮㛃𬭎𠮷𰻝·Őé-' ") == []


def test_a_character_that_would_be_read_back_as_another_is_refused():
    """The radical and the character share a glyph, and a PDF maps a glyph back to one of them only."""
    assert refusal(sample_sheet(name="⼀一")).reason == SheetReason.GLYPH_SHARED
    assert refusal(sample_sheet(name="⼀", course_title={ZH: "一", EN: "One"})).reason == SheetReason.GLYPH_SHARED


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"name": "  "}, SheetReason.NAME_EMPTY, "name"),
        ({"name": "阿" * 80}, SheetReason.NAME_TOO_LONG, "name"),
        ({"course_title": {ZH: "课程"}}, SheetReason.TEXT_EMPTY, "course_title en"),
        ({"course_title": {ZH: "课" * 200, EN: "Course"}}, SheetReason.TEXT_TOO_LONG, "course_title"),
        ({"design": "baroque-9"}, SheetReason.UNKNOWN_DESIGN, "design"),
        ({"signatories": sample_sheet().signatories * 2}, SheetReason.TOO_MANY_SIGNATORIES, "signatories"),
    ],
)
def test_what_cannot_stand_on_a_sheet_is_refused_before_anything_is_drawn(changes, reason, field):
    with pytest.raises(SheetError) as caught:
        check_sheet(sample_sheet(**changes))
    assert (caught.value.reason, caught.value.field) == (reason, field)
    assert caught.value.message


@pytest.mark.parametrize("lost", ["seal", "frame", "signature-0"])
def test_a_missing_image_is_refused_and_ends_no_process(lost, monkeypatch):
    images = {key: image for key, image in sheet._images(sample_sheet()).items() if key != lost}
    monkeypatch.setattr(sheet, "_images", lambda data: images)
    monkeypatch.setattr(engine, "_static_images", {})
    monkeypatch.setattr(engine, "_style_sheet", engine._style_sheet.__wrapped__)

    error = refusal(sample_sheet())
    assert error.reason == SheetReason.MISSING_IMAGE
    assert f"sheet:images/{lost}" in error.detail


@pytest.mark.parametrize(
    "signature",
    [
        "this is no picture",
        f'{SVG}<path d="M0 0',
        f'{SVG}<image href="file:///etc/hostname" width="9" height="9"/></svg>',
        f'{SVG}<image href="http://127.0.0.1:1/a.png" width="9" height="9"/></svg>',
    ],
)
def test_a_broken_signature_or_one_that_reaches_outside_is_refused(signature):
    signatory = replace(sample_sheet().signatories[0], signature_svg=signature)

    error = refusal(sample_sheet(signatories=(signatory,)))
    assert error.reason in {SheetReason.RENDERER_COMPLAINED, SheetReason.MISSING_IMAGE}


def test_an_unknown_option_of_the_renderer_is_refused(monkeypatch):
    monkeypatch.setattr(sheet, "PDF_OPTIONS", sheet.PDF_OPTIONS | {"embed_everything": True})

    error = refusal(sample_sheet())
    assert error.reason == SheetReason.RENDERER_COMPLAINED
    assert "embed_everything" in error.detail


def test_a_rule_that_the_renderer_does_not_know_is_refused():
    with pytest.raises(SheetError) as caught:
        engine.lay_out(
            "<html lang=en><p>a",
            css="p { colour: red }",
            images={},
            static=frozenset(),
            options=sheet.PDF_OPTIONS,
        )
    assert caught.value.reason == SheetReason.RENDERER_COMPLAINED


def test_a_second_page_is_refused():
    with pytest.raises(SheetError) as caught:
        engine.lay_out(
            "<html lang=en><p>a</p><p>b</p>",
            css="p + p { break-before: page }",
            images={},
            static=frozenset(),
            options=sheet.PDF_OPTIONS,
        )
    assert caught.value.reason == SheetReason.MORE_THAN_ONE_PAGE


def test_a_longer_name_is_smaller_then_on_two_lines_then_refused():
    fitted = [fitting.fit("Anna Maria " * times, fitting.NAME, field="name") for times in (1, 3, 4, 5, 7)]

    assert [one.points for one in fitted] == sorted((one.points for one in fitted), reverse=True)
    assert fitted[0].points == 36
    assert [len(one.lines) for one in fitted] == [1, 1, 1, 2, 2]
    with pytest.raises(SheetError):
        fitting.fit("Anna Maria " * 20, fitting.NAME, field="name")


def test_a_long_title_is_cut_between_words_not_inside_one():
    title = (
        "Leadership for rural principals: front-line practice in boarding schools for left-behind children, "
        "with families and counsellors (third edition)"
    )

    lines = fitting.fit(title, fitting.TITLE_EN, field="course_title").lines
    assert "".join(lines) == title
    assert lines[0].endswith(" ")


@pytest.mark.parametrize(
    ("selector", "measure"),
    [
        (".name-{}", fitting.NAME),
        (".course-{}", fitting.TITLE_ZH),
        (".course-en-{}", fitting.TITLE_EN),
        (".line-{}", fitting.LINE),
        (".issuer .zh-{}", fitting.ISSUER_ZH),
        (".issuer .en-{}", fitting.ISSUER_EN),
        (".signed-{}", fitting.SIGNATORY),
        (".role-{}", fitting.ROLE),
    ],
)
def test_the_style_sheet_prints_the_sizes_that_were_measured(selector, measure):
    css = (ROOT / "templates" / DESIGNS["classic-1"] / "sheet.css").read_text(encoding="utf-8")

    for place, step in enumerate(measure.steps):
        rule = re.search(re.escape(selector.format(place)) + r" \{[^}]*font-size: ([\d.]+)pt", css)
        assert rule, (selector, place)
        assert float(rule[1]) == step.points


def test_the_fonts_are_those_the_program_was_made_with(monkeypatch, tmp_path):
    assert verify_fonts() == []

    monkeypatch.setattr(fonts, "FONT_DIR", tmp_path)
    (tmp_path / "NotoSerifSC-Bold.ttf").write_bytes(b"another")
    assert set(verify_fonts()) == set(fonts.FONT_HASHES)


def test_every_font_file_is_pinned_and_keeps_its_licence():
    files = {file.name for file in fonts.FONT_DIR.iterdir() if file.suffix in {".ttf", ".otf"}}

    assert files == set(fonts.FONT_HASHES) == engine._font_files()
    assert sum((fonts.FONT_DIR / name).stat().st_size for name in files) < 40_000_000
    for licence in ("NotoSerifSC", "SourceSerif4", "TerraceRare", "TerraceRarest"):
        assert "SIL OPEN FONT LICENSE" in (fonts.FONT_DIR / f"OFL-{licence}.txt").read_text(encoding="utf-8")


def test_both_weights_of_a_family_hold_the_same_characters():
    for family in fonts.FAMILIES:
        assert set(fonts._font(family.regular).face.unicodes) == set(fonts._font(family.bold).face.unicodes)


def test_the_system_library_that_makes_drawing_quick_is_here():
    assert missing_libraries() == []


def test_importing_the_package_is_cheap():
    code = (
        "import sys, django; from django.conf import settings; settings.configure(); django.setup();"
        "import certificates.rendering;"
        "heavy = {'weasyprint', 'pypdfium2', 'uharfbuzz', 'fontTools', 'segno'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
