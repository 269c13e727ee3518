"""Pictures: from bytes of unknown origin to a small, still, upright sRGB image that tells nothing but what it shows.

The order is the defence: size, magic bytes, one parser chosen by them, pixels and frames from the header, and only
then the decoder. The decoder is asked for no more pixels than are needed, and the result is encoded anew from pixels
alone, so that neither metadata nor anything hidden behind the picture survives.
"""

import hashlib
import io
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import IO, Final, Literal, TypeAlias

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from foundation.uploads.jpeg import has_header, read_scans
from foundation.uploads.limits import (
    MANY_WHOLE_PIXELS,
    MAX_IMAGE_BYTES,
    MAX_JPEG_SCANS,
    MAX_SCALABLE_PIXELS,
    MAX_SEVERAL_SCANS_PIXELS,
    MAX_WHOLE_PIXELS,
)
from foundation.uploads.magic import extension_by_magic
from foundation.uploads.pixels import bare, fitting, in_plain_mode, in_srgb, opaque, shrunk, upright
from foundation.uploads.refusals import RefusalCode, UploadRefused
from foundation.uploads.source import Upload, bounded_stream

logger = logging.getLogger(__name__)

#: Held while a large picture is decoded whole: one at a time in each process.
_heavy_turn = threading.Lock()

ImageFormat: TypeAlias = Literal["jpeg", "png"]

#: Longest side of an editor's original: twice the widest column, so that a rendition can be cut from a part of it.
PICTURE_LONGEST_SIDE: Final = 2560
_PICTURE_QUALITY: Final = 85

#: JPEG qualities tried for a photo, best first; below the last one faces fall apart, and fewer pixels look better.
_PHOTO_QUALITIES: Final = (84, 76, 68, 60)
_SHRINK_STEP: Final = 0.8
_SMALLEST_LONGEST_SIDE: Final = 480

_ACCEPTED: Final = _("a photo or picture in JPEG, PNG, WebP, GIF or HEIC format")


@dataclass(frozen=True, slots=True)
class CleanImage:
    """An image that may be stored and shown. ``sha256`` is of ``content``; ``original_bytes`` is what was sent."""

    content: bytes
    format: ImageFormat
    width: int
    height: int
    sha256: str
    original_bytes: int

    @property
    def extension(self) -> str:
        """The file name's end, without a dot."""
        return "jpg" if self.format == "jpeg" else self.format

    @property
    def mime(self) -> str:
        """The content type to serve it with."""
        return f"image/{self.format}"


def clean_photo(file: Upload, *, longest_side: int = 1600, target_bytes: int = 300_000) -> CleanImage:
    """Return a principal's photo as a JPEG of at most ``longest_side`` pixels and about ``target_bytes`` bytes.

    Takes JPEG up to 120 megapixels (50 when progressive), and PNG, WebP, GIF and HEIC up to 25. Transparent parts
    become white. The target is reached by lower quality first and fewer pixels then; it is missed only where 480
    pixels are still too heavy.

    Raises ``UploadRefused``, and nothing else for any bytes whatever.
    """
    with bounded_stream(file, limit=MAX_IMAGE_BYTES) as stream:
        image = _upright_srgb(stream, longest_side=longest_side)
        return _finished(_fitted_jpeg(opaque(image), target_bytes=target_bytes), original_bytes=_length(stream))


def clean_picture(file: Upload) -> CleanImage:
    """Return an editor's picture at 2560 pixels or less: drawings stay lossless (PNG), photographs become JPEG.

    What came as PNG or GIF, or has transparent parts, counts as a drawing. Raises ``UploadRefused`` like
    :func:`clean_photo`.
    """
    with bounded_stream(file, limit=MAX_IMAGE_BYTES) as stream:
        image = _upright_srgb(stream, longest_side=PICTURE_LONGEST_SIDE)
        is_drawing = _kind_of(stream) in {"png", "gif"} or image.mode == "RGBA"
        encoded = _png(image) if is_drawing else _jpeg(image, quality=_PICTURE_QUALITY)
        return _finished(encoded, original_bytes=_length(stream))


@contextmanager
def _refusing_what_decoders_raise(kind: str) -> Iterator[None]:
    """Turn a decoder's exception into a refusal.

    Decoders fed with arbitrary bytes raise nearly everything (OSError, SyntaxError, ValueError, struct.error,
    zlib.error, MemoryError, DecompressionBombError, …) and which one differs with each release: hence ``Exception``.
    """
    try:
        yield
    except UploadRefused:
        raise
    except Exception as error:
        logger.info("A %s could not be decoded: %s", kind, type(error).__name__)
        is_cut_off = isinstance(error, (EOFError, OSError)) and "truncated" in str(error).lower()
        raise UploadRefused(RefusalCode.TRUNCATED if is_cut_off else RefusalCode.DAMAGED) from error


def _heic(stream: IO[bytes]) -> ImageFile.ImageFile:
    """Open a photo of an iPhone. Imported here: the library is large, and most processes never see such a photo."""
    from pillow_heif import HeifImageFile

    parse: Callable[[IO[bytes]], ImageFile.ImageFile] = HeifImageFile
    return parse(stream)


#: One parser for each kind. ``Image.open`` would try others too, would adopt multi-picture files, and warns by a global
#: limit of pixels that cannot be changed for one thread.
_PARSERS: Final[dict[str, Callable[[IO[bytes]], ImageFile.ImageFile]]] = {
    "jpg": JpegImageFile,
    "png": PngImageFile,
    "webp": WebPImageFile,
    "gif": GifImageFile,
    "heic": _heic,
}


def _kind_of(stream: IO[bytes]) -> str:
    """Return the kind by magic bytes (a key of ``_PARSERS``), leaving the stream at 0. The name is never asked."""
    kind = extension_by_magic(stream)
    # An animated PNG is opened like any other, so that it gets the sentence about moving pictures.
    kind = "png" if kind == "apng" else kind
    if kind not in _PARSERS:
        raise UploadRefused(RefusalCode.WRONG_KIND, accepted=_ACCEPTED)
    return kind


def _upright_srgb(stream: IO[bytes], *, longest_side: int) -> Image.Image:
    """Decode ``stream`` into a bare L, RGB or RGBA image, no longer than ``longest_side``, upright and in sRGB."""
    kind = _kind_of(stream)
    # WeasyPrint switches this on for its whole process when it is imported, and half a photo would pass as a whole one.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    if kind == "jpg" and not has_header(stream):
        raise UploadRefused(RefusalCode.DAMAGED)
    with _refusing_what_decoders_raise(kind):
        opened = _PARSERS[kind](stream)
        limit = _pixel_limit(opened, stream)
        pixels = opened.width * opened.height
        _check_header(opened, pixels=pixels, limit=limit)
        if isinstance(opened, JpegImageFile):
            # Scaled decoding: the transform itself yields an eighth, a quarter or a half, never less than is asked for.
            opened.draft(None, fitting(opened.size, longest_side))
        is_heavy = limit < MAX_SCALABLE_PIXELS and pixels > MANY_WHOLE_PIXELS
        with _heavy_turn if is_heavy else nullcontext():
            small = shrunk(in_plain_mode(opened), longest_side)
        return bare(in_srgb(upright(small)))


def _pixel_limit(opened: ImageFile.ImageFile, stream: IO[bytes]) -> int:
    """Return how many pixels a picture of this kind may have. A JPEG must have its end, and not be in endless scans."""
    if not isinstance(opened, JpegImageFile):
        return MAX_WHOLE_PIXELS
    scans = read_scans(stream, most=MAX_JPEG_SCANS)
    if scans.count > MAX_JPEG_SCANS:
        raise UploadRefused(RefusalCode.DAMAGED)
    if not scans.has_end:
        raise UploadRefused(RefusalCode.TRUNCATED)
    is_one_scan = scans.count == 1 and not opened.info.get("progressive")
    return MAX_SCALABLE_PIXELS if is_one_scan else MAX_SEVERAL_SCANS_PIXELS


def _check_header(opened: ImageFile.ImageFile, *, pixels: int, limit: int) -> None:
    """Refuse by what the header says, before a pixel is decoded: too many of them, or a film."""
    if pixels > limit:
        raise UploadRefused(RefusalCode.TOO_MANY_PIXELS, limit=limit // 1_000_000)
    # The images of a HEIC file are a burst, a depth map or the like, which the phone's owner does not know of: the
    # primary one is taken. In the others several frames are a film.
    if isinstance(opened, (PngImageFile, WebPImageFile, GifImageFile)) and getattr(opened, "is_animated", False):
        raise UploadRefused(RefusalCode.ANIMATED)


@dataclass(frozen=True, slots=True)
class _Encoded:
    """An image file in memory."""

    content: bytes
    format: ImageFormat
    size: tuple[int, int]


def _jpeg(image: Image.Image, *, quality: int) -> _Encoded:
    """Encode progressively: a few per cent smaller, and something to see early on a slow line."""
    target = io.BytesIO()
    image.save(target, "JPEG", quality=quality, optimize=True, progressive=True)
    return _Encoded(target.getvalue(), "jpeg", image.size)


def _png(image: Image.Image) -> _Encoded:
    """Encode without loss."""
    target = io.BytesIO()
    image.save(target, "PNG")
    return _Encoded(target.getvalue(), "png", image.size)


def _fitted_jpeg(image: Image.Image, *, target_bytes: int) -> _Encoded:
    """Encode at the best quality, and then the most pixels, that fit in ``target_bytes``."""
    for quality in _PHOTO_QUALITIES:
        encoded = _jpeg(image, quality=quality)
        if len(encoded.content) <= target_bytes:
            return encoded
    while len(encoded.content) > target_bytes and max(image.size) > _SMALLEST_LONGEST_SIDE:
        image = shrunk(image, max(_SMALLEST_LONGEST_SIDE, int(max(image.size) * _SHRINK_STEP)))
        encoded = _jpeg(image, quality=_PHOTO_QUALITIES[-1])
    return encoded


def _finished(encoded: _Encoded, *, original_bytes: int) -> CleanImage:
    """Add what the row of a stored file wants to know."""
    width, height = encoded.size
    digest = hashlib.sha256(encoded.content).hexdigest()
    return CleanImage(encoded.content, encoded.format, width, height, digest, original_bytes)


def _length(stream: IO[bytes]) -> int:
    """Return the length of the stream in bytes."""
    stream.seek(0, io.SEEK_END)
    return stream.tell()
