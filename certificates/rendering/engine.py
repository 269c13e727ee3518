"""WeasyPrint, fenced in: our fonts and our images only, and a complaint is a refusal.

Import this module inside a function: it loads WeasyPrint. Layout is done under one lock, because Pango and the shared
font configuration are not safe for threads.
"""

import logging
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from certificates.rendering.errors import SheetError, SheetReason
from certificates.rendering.fonts import FAMILIES, FONT_DIR, verify_fonts

SCHEME = "sheet"
"""The scheme of our own addresses: ``sheet:fonts/<file>`` and ``sheet:images/<key>``. No other is fetched."""

PDFUA_DECLARATION = (
    b'<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/></rdf:RDF>'
)
"""PDF/UA-1 in the XMP, inside the one rdf:RDF: WeasyPrint declares one variant a call, and that is PDF/A."""

_lock = Lock()
_static_images: dict[str, Any] = {}
"""WeasyPrint's own image objects by address, for images that are the same on every sheet."""


class SheetFetcher(URLFetcher):
    """Knows the packaged fonts and the images handed in, by exact address, and nothing else."""

    def __init__(self, images: Mapping[str, str]) -> None:
        super().__init__(allowed_protocols=(SCHEME,), allow_redirects=False, fail_on_errors=True)
        self._images = images

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The bytes behind one of our addresses. Raises LookupError for any other, which ends the drawing."""
        scheme, _, path = url.partition(":")
        kind, _, key = path.partition("/")
        if scheme == SCHEME and kind == "images" and key in self._images:
            return URLFetcherResponse(url, self._images[key], {"Content-Type": "image/svg+xml"})
        if scheme == SCHEME and kind == "fonts" and key in _font_files():
            return URLFetcherResponse(url, (FONT_DIR / key).read_bytes(), {"Content-Type": "font/sfnt"})
        raise LookupError(f"Not an asset of a sheet: {url[:200]}")


def lay_out(
    html: str, *, css: str, images: Mapping[str, str], static: frozenset[str], options: Mapping[str, Any]
) -> bytes:
    """Draw one page. ``images`` are SVG documents by key, those named in ``static`` kept for the next sheet.

    Raises SheetError for a missing image, for anything that WeasyPrint logs as a warning or an error (it goes on after
    an unknown option, a broken image or a bad rule), and for a second page.
    """
    fetcher = SheetFetcher(images)
    with _lock:
        cache = dict(_static_images)
        try:
            with _complaints_refused():
                document = HTML(string=html, url_fetcher=fetcher).render(
                    font_config=_font_configuration(),
                    stylesheets=[_style_sheet(css)],
                    cache=cache,
                    **options,
                )
                if len(document.pages) != 1:
                    raise SheetError(SheetReason.MORE_THAN_ONE_PAGE, detail=str(len(document.pages)))
                pdf: bytes = document.write_pdf(finisher=_declare_pdfua, cache=cache, **options)
        except FatalURLFetchingError as error:
            # A BaseException, which would otherwise end the worker's whole process.
            raise SheetError(SheetReason.MISSING_IMAGE, detail=str(error.__cause__ or error)) from error
        _static_images.update({key: cache[key] for key in map(address, static) if key in cache})
    return pdf


def address(key: str) -> str:
    """The address under which a template names an image."""
    return f"{SCHEME}:images/{key}"


def _declare_pdfua(document: Document, pdf: Any) -> None:
    """Add the PDF/UA identification to the XMP just before the file is written.

    Raises SheetError when the metadata are not where WeasyPrint 70 puts them.
    """
    number = int(pdf.catalog.get("Metadata", "0").split()[0])
    stream = getattr(pdf.objects[number], "stream", [])
    if len(stream) != 1 or stream[0].count(b"</rdf:RDF>") != 1:
        raise SheetError(SheetReason.RENDERER_COMPLAINED, detail="XMP metadata not found")
    stream[0] = stream[0].replace(b"</rdf:RDF>", PDFUA_DECLARATION)


class _Complaints(logging.Handler):
    """Keeps what WeasyPrint logs."""

    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.lines.append(record.getMessage())


@contextmanager
def _complaints_refused() -> Iterator[None]:
    """Raise SheetError after the block if WeasyPrint complained in it, whatever the site's logging is set to."""
    logger = logging.getLogger("weasyprint")
    handler = _Complaints()
    before = logger.level, logger.disabled
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING)
    logger.disabled = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before[0])
        logger.disabled = before[1]
    if handler.lines:
        raise SheetError(SheetReason.RENDERER_COMPLAINED, detail=" | ".join(handler.lines)[:2000])


@lru_cache(maxsize=1)
def _font_files() -> frozenset[str]:
    """The font files that may be fetched."""
    return frozenset(name for family in FAMILIES for name in (family.regular, family.bold))


@lru_cache(maxsize=1)
def _font_configuration() -> FontConfiguration:
    """One configuration for the life of the process, without any font of the machine.

    Sharing it keeps memory flat: a new one for each sheet costs some 20 MB that do not come back. The fonts' hashes are
    verified here, once a process. Raises SheetError when one differs.
    """
    if altered := verify_fonts():
        raise SheetError(SheetReason.FONT_ALTERED, detail=", ".join(altered))
    with tempfile.TemporaryDirectory(prefix="terrace-fontconfig-") as folder:
        file = Path(folder) / "fonts.conf"
        file.write_text(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
            f"<fontconfig><cachedir>{folder}</cachedir></fontconfig>",
            encoding="utf-8",
        )
        # Fontconfig reads the variable once, while the configuration is made.
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = str(file)
        try:
            configuration = FontConfiguration()
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before
    CSS(string=_font_faces(), font_config=configuration, url_fetcher=SheetFetcher({}))
    return configuration


def _font_faces() -> str:
    """The @font-face rules of our families."""
    return "".join(
        f'@font-face{{font-family:"{family.css_name}";font-weight:{weight};src:url({SCHEME}:fonts/{name})}}'
        for family in FAMILIES
        for weight, name in ((400, family.regular), (700, family.bold))
    )


@lru_cache(maxsize=4)
def _style_sheet(css: str) -> CSS:
    """A parsed style sheet, kept: parsing takes longer than drawing the text."""
    return CSS(string=css, font_config=_font_configuration(), url_fetcher=SheetFetcher({}))
