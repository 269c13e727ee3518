"""The upload pipeline, fed with what phones send and with what nobody should."""

import hashlib
import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import IO, Any, TypeVar

import pikepdf
import pytest
from django.core.exceptions import SuspiciousFileOperation, ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.migrations.writer import MigrationWriter
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from PIL import Image, ImageCms, ImageFile, PngImagePlugin

from foundation.uploads import (
    PrivateStorage,
    RefusalCode,
    UploadRefused,
    clean_document,
    clean_photo,
    clean_picture,
    random_name,
    store_atomically,
)

_T = TypeVar("_T")

# --- makers --------------------------------------------------------------------------------------------------------


def _scene(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Return a picture with enough detail that its coded data are much longer than its header; always the same one."""
    size = max(1, width // 4), max(1, height // 4)
    grain = Image.frombytes("RGB", size, Random(7).randbytes(3 * size[0] * size[1]))
    return grain.resize((width, height)).convert(mode)


def _encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def _png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _png_bomb(side: int) -> bytes:
    """Return a bilevel PNG of ``side`` by ``side`` pixels, all of them black, without ever holding them."""
    squeezer = zlib.compressobj(9)
    row = b"\x00" * (1 + (side + 7) // 8)
    rows = b"".join(squeezer.compress(row) for _ in range(side)) + squeezer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _png_chunk(b"IHDR", header) + _png_chunk(b"IDAT", rows) + _png_chunk(b"IEND", b"")


def _photo_with_everything(**options: Any) -> bytes:
    """Return a JPEG as a phone writes it: place, maker, thumbnail, XMP, profile, comment, and data behind its end."""
    exif = Image.Exif()
    exif[0x010F] = "MakerOfPhones"
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 15.0, 1.0), 29: "2026:11:01"})
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a xmlns="http://ns.adobe.com/exif/1.0/">GPSLatitude</a></x:xmpmeta>'
    photo = _encoded(_scene(320, 240), "JPEG", exif=exif, xmp=xmp, comment=b"secret comment", **options)
    return photo + b"TRAILER-OF-A-SECOND-PICTURE" + photo


def _srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _jpeg_segments(content: bytes) -> set[int]:
    """Return the marker codes before the first scan."""
    markers, position = set(), 2
    while content[position + 1] != 0xDA:
        markers.add(content[position + 1])
        position += 2 + int.from_bytes(content[position + 2 : position + 4], "big")
    return markers


def _png_chunks(content: bytes) -> set[bytes]:
    names, position = set(), 8
    while position < len(content):
        names.add(content[position + 4 : position + 8])
        position += 12 + int.from_bytes(content[position : position + 4], "big")
    return names


def _office(members: dict[str, bytes], *, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


DOCX = {
    "[Content_Types].xml": b'<?xml version="1.0"?><Types/>',
    "_rels/.rels": b"<Relationships/>",
    "word/document.xml": b"<w:document>Hello</w:document>" * 50,
}


def _xlsx() -> bytes:
    target = io.BytesIO()
    Workbook().save(target)
    return target.getvalue()


def _pdf(pages: int = 1, **options: Any) -> bytes:
    target = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        document.save(target, **options)
    return target.getvalue()


def _refusal(call: Callable[[], object]) -> UploadRefused:
    with pytest.raises(UploadRefused) as caught:
        call()
    return caught.value


def _outcome(call: Callable[[], _T]) -> _T | UploadRefused:
    """Return what ``call`` returns or the refusal it raises; anything else that it raises fails the test."""
    try:
        return call()
    except UploadRefused as refused:
        return refused


def _document_refusal(content: bytes, name: str) -> RefusalCode:
    return _refusal(lambda: clean_document(content, name=name)).code


# --- photos that are taken -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", [None, _srgb_profile(), b"unusable"], ids=["none", "srgb", "unusable"])
def test_photo_keeps_its_picture_and_loses_everything_else(profile: bytes | None) -> None:
    original = _photo_with_everything(icc_profile=profile)
    assert b"Exif" in original  # the photo of this test really has something to lose
    assert b"MakerOfPhones" in original

    clean = clean_photo(original)

    for trace in (b"Exif", b"GPS", b"http://ns.adobe.com", b"MakerOf", b"ICC_PROFILE", b"secret", b"TRAILER", b"MPF"):
        assert trace not in clean.content
    assert _jpeg_segments(clean.content) <= {0xE0, 0xDB, 0xC2, 0xC4}
    assert clean.content.endswith(b"\xff\xd9")
    assert (clean.format, clean.width, clean.height) == ("jpeg", 320, 240)
    assert clean.sha256 == hashlib.sha256(clean.content).hexdigest()
    assert clean.original_bytes == len(original)
    assert (clean.extension, clean.mime) == ("jpg", "image/jpeg")


def test_photo_of_48_megapixels_is_taken_and_shrunk() -> None:
    original = _encoded(Image.new("RGB", (8000, 6000), "teal"), "JPEG", quality=60)

    clean = clean_photo(original)

    assert (clean.width, clean.height) == (1600, 1200)
    assert len(clean.content) < 300_000


def test_large_plain_jpeg_is_decoded_at_a_fraction(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[tuple[int, int]] = []
    load = ImageFile.ImageFile.load

    def watched(image: ImageFile.ImageFile) -> Any:
        decoded.append(image.size)
        return load(image)

    monkeypatch.setattr(ImageFile.ImageFile, "load", watched)
    clean_photo(_encoded(Image.new("RGB", (6400, 4800)), "JPEG"))

    assert set(decoded) == {(1600, 1200)}


def test_photo_of_much_detail_meets_its_target() -> None:
    clean = clean_photo(_encoded(_scene(2400, 1800), "JPEG", quality=95), target_bytes=120_000)

    assert len(clean.content) <= 120_000
    assert max(clean.width, clean.height) >= 480


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_before_it_is_dropped(orientation: int) -> None:
    upright = Image.new("RGB", (64, 32), "white")
    upright.paste("red", (0, 0, 32, 16))
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(undo[orientation]) if orientation in undo else upright
    exif = Image.Exif()
    exif[0x0112] = orientation

    clean = clean_photo(_encoded(stored, "JPEG", exif=exif, quality=95))

    shown = Image.open(io.BytesIO(clean.content)).convert("RGB")
    assert shown.size == (64, 32)
    red, _, blue = shown.getpixel((8, 6))  # type: ignore[misc]
    assert red > 200 > 60 > blue


def test_colours_are_converted_to_srgb() -> None:
    """A profile with red and green exchanged must show in the pixels once the profile is gone."""
    content = _encoded(Image.new("RGB", (32, 32), (255, 0, 0)), "JPEG", quality=95, icc_profile=_swapped_profile())

    shown = Image.open(io.BytesIO(clean_photo(content).content)).convert("RGB")

    red, green, _ = shown.getpixel((16, 16))  # type: ignore[misc]
    assert green > 150 > 100 > red
    assert "icc_profile" not in shown.info


def _swapped_profile() -> bytes:
    """Return an sRGB profile whose red and green primaries have changed places."""
    profile = bytearray(_srgb_profile())
    red, green = profile.find(b"rXYZ"), profile.find(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)


@pytest.mark.parametrize("profile", [b"no profile at all", b"\x00" * 200])
def test_unusable_colour_profile_costs_nobody_a_photo(profile: bytes) -> None:
    assert clean_photo(_encoded(_scene(32, 32), "JPEG", icc_profile=profile)).width == 32


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("L", "JPEG"), ("CMYK", "JPEG"), ("1", "PNG"), ("P", "PNG"), ("LA", "PNG"), ("RGBA", "WEBP"), ("P", "GIF")],
)
def test_every_usual_kind_of_pixel_is_taken(mode: str, kind: str) -> None:
    content = _encoded(_scene(40, 30, mode), kind)
    assert clean_photo(content).format == "jpeg"
    assert (clean_picture(content).width, clean_picture(content).height) == (40, 30)


def test_grey_of_16_bits_is_scaled_and_not_clipped() -> None:
    clean = clean_picture(_encoded(Image.new("I;16", (8, 8), 0x8000), "PNG"))
    assert Image.open(io.BytesIO(clean.content)).getpixel((4, 4)) == 128


def test_transparent_parts_of_a_photo_become_white() -> None:
    clean = clean_photo(_encoded(Image.new("RGBA", (16, 16), (200, 0, 0, 0)), "PNG"))
    shown = Image.open(io.BytesIO(clean.content))
    assert shown.getpixel((8, 8)) == (255, 255, 255)


def test_heic_of_a_phone_is_taken() -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    target = io.BytesIO()
    try:
        pillow_heif.from_pillow(_scene(64, 48)).save(target)
    except (ValueError, RuntimeError):  # a build of the library without an encoder can still read
        pytest.skip("no HEIC encoder")
    clean = clean_photo(target.getvalue())
    assert (clean.format, clean.width, clean.height) == ("jpeg", 64, 48)


def test_drawing_of_an_editor_stays_lossless_and_loses_its_words() -> None:
    drawing = Image.new("RGBA", (3000, 30), (10, 20, 30, 255))
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "SomeName")
    words.add_itxt("XML:com.adobe.xmp", "http://ns.adobe.com/xap")
    original = _encoded(drawing, "PNG", pnginfo=words, dpi=(72, 72), exif=Image.Exif())

    clean = clean_picture(original)

    assert (clean.format, clean.width, clean.height) == ("png", 2560, 26)
    assert _png_chunks(clean.content) == {b"IHDR", b"IDAT", b"IEND"}
    assert Image.open(io.BytesIO(clean.content)).getpixel((5, 5)) == (10, 20, 30, 255)


def test_drawing_that_needs_no_shrinking_keeps_every_pixel() -> None:
    drawing = _scene(120, 90, "RGBA")
    drawing.putalpha(Image.linear_gradient("L").resize((120, 90)))
    clean = clean_picture(_encoded(drawing, "PNG"))
    assert Image.open(io.BytesIO(clean.content)).tobytes() == drawing.tobytes()


def test_photograph_of_an_editor_becomes_jpeg_of_2560() -> None:
    clean = clean_picture(_encoded(Image.new("RGB", (4000, 3000), "olive"), "JPEG"))
    assert (clean.format, clean.width, clean.height) == ("jpeg", 2560, 1920)


def test_name_and_declared_type_of_a_picture_count_for_nothing() -> None:
    sent = SimpleUploadedFile("letter.html", _encoded(_scene(20, 20), "PNG"), content_type="text/html")
    assert clean_photo(sent).format == "jpeg"


# --- doors ---------------------------------------------------------------------------------------------------------


class _Pipe(io.RawIOBase):
    """A stream that cannot be rewound, as a request's body is."""

    def __init__(self, content: bytes) -> None:
        self._source = io.BytesIO(content)
        self.taken = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self._source.read(size)
        self.taken += len(block)
        return block


def test_file_objects_of_every_door_give_the_same_image(tmp_path: Path) -> None:
    content = _encoded(_scene(100, 80), "JPEG")
    (tmp_path / "photo.jpg").write_bytes(content)
    expected = clean_photo(content)

    with (tmp_path / "photo.jpg").open("rb") as opened:
        doors: list[Any] = [io.BytesIO(content), SimpleUploadedFile("a.jpg", content), _Pipe(content), opened]
        assert all(clean_photo(door) == expected for door in doors)


def test_file_object_is_left_open_and_at_its_beginning() -> None:
    good, bad = io.BytesIO(_encoded(_scene(10, 10), "PNG")), io.BytesIO(b"nonsense")
    clean_photo(good)
    with pytest.raises(UploadRefused):
        clean_photo(bad)
    assert (good.tell(), bad.tell()) == (0, 0)


def test_endless_stream_is_read_no_further_than_the_limit() -> None:
    pipe = _Pipe(b"\xff" * (11 * 1024 * 1024))
    refused = _refusal(lambda: clean_document(_as_file(pipe), name="a.pdf"))
    assert refused.code == RefusalCode.TOO_LARGE
    assert pipe.taken == 10 * 1024 * 1024 + 1


def _as_file(pipe: _Pipe) -> IO[bytes]:
    return pipe  # type: ignore[return-value]


# --- photos that are refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.15, 0.3, 0.5, 0.7, 0.9, 0.99])
@pytest.mark.parametrize(
    ("kind", "options"), [("JPEG", {}), ("JPEG", {"progressive": True}), ("PNG", {}), ("GIF", {}), ("WEBP", {})]
)
def test_truncated_picture_is_refused(kind: str, options: dict[str, Any], share: float) -> None:
    whole = _encoded(_scene(320, 240), kind, **options)
    refused = _refusal(lambda: clean_photo(whole[: int(len(whole) * share)]))
    assert refused.code in {RefusalCode.TRUNCATED, RefusalCode.DAMAGED}
    assert refused.status == 422


def test_jpeg_without_its_last_byte_is_refused() -> None:
    assert _refusal(lambda: clean_photo(_encoded(_scene(80, 60), "JPEG")[:-1])).code == RefusalCode.TRUNCATED


def test_download_that_was_filled_up_with_zeros_is_refused() -> None:
    whole = _encoded(_scene(320, 240), "JPEG")
    half = whole[: len(whole) // 2] + bytes(8 * len(whole))
    assert _refusal(lambda: clean_photo(half)).code == RefusalCode.TRUNCATED


def test_truncated_png_is_refused_after_weasyprint_was_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    whole = _encoded(_scene(200, 200), "PNG")
    with pytest.raises(UploadRefused):
        clean_photo(whole[: len(whole) // 2])


@pytest.mark.parametrize("clean", [clean_photo, clean_picture])
def test_png_of_121_megapixels_in_15_kilobytes_is_refused_undecoded(
    clean: Callable[[bytes], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = _png_bomb(11_000)
    assert len(bomb) < 20_000

    def decode(_image: ImageFile.ImageFile) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", decode)
    refused = _refusal(lambda: clean(bomb))
    assert (refused.code, refused.status) == (RefusalCode.TOO_MANY_PIXELS, 422)
    assert "25" in refused.messages[0]


@pytest.mark.parametrize(
    ("width", "height", "progressive"), [(12_000, 10_001, False), (10_000, 5_001, True)], ids=["plain", "progressive"]
)
def test_jpeg_over_its_limit_is_refused_undecoded(width: int, height: int, progressive: bool) -> None:
    """The frame header is rewritten: nothing but the header may be looked at, so no real pixels are needed."""
    content = bytearray(_encoded(_scene(64, 64), "JPEG", progressive=progressive))
    frame = content.find(b"\xff\xc2" if progressive else b"\xff\xc0")
    content[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    assert _refusal(lambda: clean_photo(bytes(content))).code == RefusalCode.TOO_MANY_PIXELS


def test_jpeg_of_endless_scans_is_refused() -> None:
    whole = _encoded(_scene(64, 64), "JPEG", progressive=True)
    scan = whole[whole.rfind(b"\xff\xda") : -2]
    assert _refusal(lambda: clean_photo(whole[:-2] + scan * 100 + b"\xff\xd9")).code == RefusalCode.DAMAGED


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_moving_picture_is_refused_in_words(kind: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    content = _encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    assert _refusal(lambda: clean_photo(content)).code == RefusalCode.ANIMATED


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
        b"%PDF-1.7 not a picture",
        b"BM" + bytes(200),
        b"II*\x00" + bytes(200),
        b"\xff\xd8",
        b"x",
        b"GIF",
        b"\x00\x00\x00\x20ftypavif" + bytes(40),
    ],
)
def test_what_is_no_allowed_picture_is_refused_by_its_bytes(content: bytes) -> None:
    refused = _refusal(lambda: clean_photo(SimpleUploadedFile("photo.jpg", content, content_type="image/jpeg")))
    assert refused.status in {415, 422}
    assert refused.code in {RefusalCode.WRONG_KIND, RefusalCode.DAMAGED}


def test_page_hidden_behind_a_picture_does_not_survive() -> None:
    polyglot = _encoded(_scene(50, 50), "JPEG", comment=b"<script>alert(1)</script>") + b"<html><script>"
    assert b"<script" not in clean_photo(polyglot).content


def test_empty_file_is_refused() -> None:
    for refused in (_refusal(lambda: clean_photo(b"")), _refusal(lambda: clean_document(b"", name="a.pdf"))):
        assert (refused.code, refused.status) == (RefusalCode.EMPTY, 400)


def test_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "sparse.jpg").open("wb+") as sparse:
        sparse.truncate(41 * 1024 * 1024)
        refused = _refusal(lambda: clean_photo(sparse))
    assert (refused.code, refused.status) == (RefusalCode.TOO_LARGE, 413)
    assert "40" in refused.messages[0]


@pytest.mark.parametrize("code", list(RefusalCode))
def test_every_refusal_says_what_happened_and_what_was_kept(code: RefusalCode) -> None:
    refused = UploadRefused(code, limit=1, accepted="PDF", extension="pdf")
    assert isinstance(refused, ValidationError)
    assert 400 <= refused.status < 500
    with translation.override("en"):
        (sentence,) = refused.messages
    assert "is kept" in sentence
    assert "{" not in sentence


# --- documents -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "mime"),
    [
        ("报告.PDF", _pdf(), "application/pdf"),
        ("a.docx", _office(DOCX), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", _xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.b.txt", "你好\r\n".encode(), "text/plain"),
        ("a.csv", "姓名,学校\n王芳,第一小学".encode("gb18030"), "text/csv"),
        ("a.csv", "姓名\t学校".encode("utf-16"), "text/csv"),
        ("a.mp3", b"ID3\x03" + bytes(64), "audio/mpeg"),
        ("a.m4a", b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A mp42", "audio/mp4"),
        ("a.mp4", b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42", "video/mp4"),
        ("a.opus", b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead" + bytes(40), "audio/ogg"),
    ],
)
def test_allowed_document_is_kept_byte_for_byte(name: str, content: bytes, mime: str) -> None:
    clean = clean_document(SimpleUploadedFile(name, content))
    assert clean.content == content
    assert clean.mime == mime
    assert clean.extension == name.rpartition(".")[2].lower()
    assert clean.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("name", ["a.exe", "a.svg", "a.html", "a.docm", "a.zip", "a", "", "a.pdf.js", "pdf"])
def test_document_of_any_other_name_is_refused(name: str) -> None:
    assert _document_refusal(_pdf(), name) == RefusalCode.WRONG_KIND


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", _office(DOCX)),
        ("a.docx", _pdf()),
        ("a.docx", _xlsx()),
        ("a.xlsx", _office(DOCX)),
        ("a.docx", _office({"word/hello.txt": b"a zip with another name"})),
        ("a.mp3", b"<html>" + bytes(50)),
        ("a.opus", b"OggS" + b"\x01vorbis" * 10),
        ("a.txt", b"\x7fELF" + bytes(50)),
        ("a.txt", b"  <!DOCTYPE html><p>"),
        ("a.csv", b"%PDF-1.4\n"),
        ("a.txt", b"\xff\xff\xff"),
    ],
)
def test_document_that_is_not_what_its_name_says_is_refused(name: str, content: bytes) -> None:
    refused = _refusal(lambda: clean_document(content, name=name))
    assert (refused.code, refused.status) == (RefusalCode.NAME_MISMATCH, 415)


def test_office_bomb_is_refused_without_being_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = _office({**DOCX, "word/media/a.bin": bytes(60 * 1024 * 1024)})
    assert len(bomb) < 100_000
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("unpacked"))
    assert _document_refusal(bomb, "a.docx") == RefusalCode.UNSAFE_ARCHIVE


def test_office_bomb_that_lies_about_its_size_is_refused() -> None:
    bomb = bytearray(_office({**DOCX, "word/z.bin": bytes(20 * 1024 * 1024)}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = bomb.rfind(signature) + offset
        bomb[at : at + 4] = struct.pack("<I", 1000)
    assert _document_refusal(bytes(bomb), "a.docx") == RefusalCode.DAMAGED


@pytest.mark.parametrize(
    "members",
    [
        {"../../etc/cron.d/x": b"x"},
        {"/etc/passwd": b"x"},
        {"word\\..\\..\\x": b"x"},
        {"C:/x": b"x"},
        {"word/vbaProject.bin": b"x"},
        {"word/settings.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'},
        {"word/settings.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("utf-16")},
        {"[Content_Types].xml": b'<Default ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'},
        {"WORD/document.xml": b"a twin that differs in case only"},
        {f"word/media/{number}": b"" for number in range(2_100)},
    ],
    ids=["parent", "absolute", "backslash", "drive", "macro", "doctype", "doctype-16", "docm", "twins", "many"],
)
def test_office_file_with_something_unsafe_is_refused(members: dict[str, bytes]) -> None:
    assert _document_refusal(_office(DOCX | members), "a.docx") == RefusalCode.UNSAFE_ARCHIVE


def test_office_file_with_one_wrong_bit_far_inside_is_refused() -> None:
    members = DOCX | {"word/media/photo.bin": os.urandom(300_000)}
    content = bytearray(_office(members, packing=zipfile.ZIP_STORED))
    content[250_000] ^= 1
    assert _document_refusal(bytes(content), "a.docx") == RefusalCode.DAMAGED


def test_damaged_and_encrypted_office_files_are_refused() -> None:
    whole = _office(DOCX, packing=zipfile.ZIP_STORED)
    assert _document_refusal(whole[:-40], "a.docx") == RefusalCode.DAMAGED
    assert _document_refusal(whole.replace(b"Hello", b"Hallo", 1), "a.docx") == RefusalCode.DAMAGED
    locked = bytearray(whole)
    locked[locked.rfind(b"PK\x01\x02") + 8] |= 1
    assert _document_refusal(bytes(locked), "a.docx") == RefusalCode.PROTECTED


def test_pdf_is_opened_and_counted() -> None:
    assert clean_document(_pdf(500), name="a.pdf").extension == "pdf"
    assert _document_refusal(_pdf(501), "a.pdf") == RefusalCode.TOO_MANY_PAGES
    assert _document_refusal(b"%PDF-1.7\nnothing more", "a.pdf") == RefusalCode.DAMAGED
    locked = _pdf(encryption=pikepdf.Encryption(owner="owner", user="user"))
    assert _document_refusal(locked, "a.pdf") == RefusalCode.PROTECTED


# --- laws ----------------------------------------------------------------------------------------------------------

_SAMPLES = {
    "jpeg": _photo_with_everything(icc_profile=_srgb_profile()),
    "progressive": _encoded(_scene(48, 32), "JPEG", progressive=True),
    "png": _encoded(_scene(48, 32, "P"), "PNG"),
    "gif": _encoded(_scene(48, 32, "P"), "GIF"),
    "webp": _encoded(_scene(48, 32), "WEBP"),
}
_DOCUMENT_SAMPLES = {"docx": _office(DOCX), "xlsx": _xlsx(), "pdf": _pdf(2), "csv": "姓名,学校".encode("gb18030")}


@st.composite
def _damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Return ``whole`` cut somewhere and with up to eight bytes changed, often in the header where it hurts most."""
    content = bytearray(whole[: draw(st.integers(0, len(whole)) | st.just(len(whole)))])
    where = st.integers(0, max(0, len(content) - 1)) | st.integers(0, min(63, max(0, len(content) - 1)))
    for position in draw(st.lists(where, max_size=8)) if content else []:
        content[position] ^= draw(st.integers(1, 255))
    return bytes(content)


@pytest.mark.parametrize("kind", list(_SAMPLES))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damaged_picture_is_taken_or_refused_and_nothing_else(kind: str, data: st.DataObject) -> None:
    content = data.draw(_damaged(_SAMPLES[kind]))
    for clean in (clean_photo, clean_picture):
        outcome = _outcome(partial(clean, content))
        if not isinstance(outcome, UploadRefused):
            Image.open(io.BytesIO(outcome.content)).load()
            assert max(outcome.width, outcome.height) <= 2560


@pytest.mark.parametrize("extension", list(_DOCUMENT_SAMPLES))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damaged_document_is_taken_or_refused_and_nothing_else(extension: str, data: st.DataObject) -> None:
    content = data.draw(_damaged(_DOCUMENT_SAMPLES[extension]))
    outcome = _outcome(lambda: clean_document(content, name=f"a.{extension}"))
    assert isinstance(outcome, UploadRefused) or outcome.content == content


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=400), extension=st.sampled_from(["pdf", "docx", "mp3", "m4a", "opus", "mp4", "txt"]))
def test_arbitrary_bytes_are_taken_or_refused_and_nothing_else(content: bytes, extension: str) -> None:
    photo = _outcome(lambda: clean_photo(content))
    document = _outcome(lambda: clean_document(content, name=f"a.{extension}"))
    assert isinstance(photo, UploadRefused) or photo.format == "jpeg"
    assert isinstance(document, UploadRefused) or document.content == content


# --- storage -------------------------------------------------------------------------------------------------------


def test_random_name_is_random_and_takes_only_an_extension() -> None:
    names = {random_name("jpg") for _ in range(100)}
    assert len(names) == 100
    assert all(len(name) == 36 and name.endswith(".jpg") and int(name[:32], 16) >= 0 for name in names)
    for wrong in ("", "JPG", "../x", "tar.gz", "a/b", "x\x00"):
        with pytest.raises(ValueError, match="extension"):
            random_name(wrong)


def test_store_is_whole_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    store_atomically(path, b"one")
    store_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.bin"]
    assert path.stat().st_mode & 0o007 == 0


def test_store_that_fails_leaves_the_old_file_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.bin"
    store_atomically(path, b"one")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        store_atomically(path, b"two")
    assert path.read_bytes() == b"one"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.bin"]


def test_store_syncs_the_file_before_its_name_and_the_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    sync, replace = os.fsync, Path.replace

    def watched_sync(descriptor: int) -> None:
        steps.append("folder" if Path(f"/proc/self/fd/{descriptor}").resolve().is_dir() else "file")
        sync(descriptor)

    def watched_replace(source: Path, target: Path) -> Path:
        steps.append("name")
        return replace(source, target)

    monkeypatch.setattr(os, "fsync", watched_sync)
    monkeypatch.setattr(Path, "replace", watched_replace)
    store_atomically(tmp_path / "a.bin", b"one")
    assert steps == ["file", "name", "folder"]


@pytest.fixture
def private(tmp_path: Path) -> PrivateStorage:
    return PrivateStorage(location=tmp_path / "private")


def test_private_storage_saves_and_never_replaces(private: PrivateStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert private.save("photos/2026/a.jpg", ContentFile(b"one")) == "photos/2026/a.jpg"
    # As when another process takes the name between the look and the save: the first look finds nothing.
    look = private.is_name_available
    looks = iter([True])
    monkeypatch.setattr(
        private, "is_name_available", lambda name, **options: next(looks, False) or look(name, **options)
    )
    second = private.save("photos/2026/a.jpg", ContentFile(b"two"))
    monkeypatch.undo()
    with private.open("photos/2026/a.jpg") as first:
        assert first.read() == b"one"
    assert second != "photos/2026/a.jpg"
    assert sorted(private.listdir("photos/2026")[1]) == sorted(["a.jpg", Path(second).name])


def test_private_file_is_readable_by_owner_and_group_only(private: PrivateStorage) -> None:
    name = private.save("a/b.jpg", SimpleUploadedFile("b.jpg", b"one"))
    path = Path(private.path(name))
    assert path.stat().st_mode & 0o777 == 0o640
    assert path.parent.stat().st_mode & 0o007 == 0


def test_private_storage_has_no_url_and_stays_in_its_root(private: PrivateStorage) -> None:
    name = private.save("a.jpg", ContentFile(b"one"))
    with pytest.raises(ValueError, match="no URL"):
        private.url(name)
    with pytest.raises(SuspiciousFileOperation):
        private.save("../a.jpg", ContentFile(b"one"))


def test_private_storage_reads_its_root_from_the_settings(tmp_path: Path, settings: Any) -> None:
    default = PrivateStorage()
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "one"
    assert default.path("a") == str(tmp_path / "one" / "a")
    settings.PRIVATE_MEDIA_ROOT = tmp_path / "two"
    assert default.path("a") == str(tmp_path / "two" / "a")


def test_migration_carries_no_path_of_private_storage() -> None:
    text, imports = MigrationWriter.serialize(PrivateStorage())
    assert text == "foundation.uploads.PrivateStorage()"
    assert imports == {"import foundation.uploads"}
