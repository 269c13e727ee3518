"""The picture of a sheet: inside WeChat a PDF can neither be shown nor saved, a picture can."""

from io import BytesIO
from threading import Lock

from certificates.rendering.errors import SheetError, SheetReason

PICTURE_WIDTH = 1600
"""Pixels. Wide enough to read the serial and to scan the code from another screen."""

COLOURS = 256
"""A sheet has few colours; a palette of them halves the file and changes nothing that an eye can see."""

_lock = Lock()
"""PDFium is not safe for threads."""


def draw_picture(pdf: bytes) -> bytes:
    """Draw the first page of a PDF as a PNG, PICTURE_WIDTH wide. Raises SheetError when the PDF cannot be read."""
    import pypdfium2

    try:
        with _lock, pypdfium2.PdfDocument(pdf) as document:
            page = document[0]
            bitmap = page.render(scale=PICTURE_WIDTH / page.get_width(), rev_byteorder=True)
            image = bitmap.to_pil().convert("RGB")
            bitmap.close()
            page.close()
    except pypdfium2.PdfiumError as error:
        raise SheetError(SheetReason.PICTURE_FAILED, detail=str(error)) from error
    target = BytesIO()
    image.quantize(COLOURS, dither=0).save(target, format="PNG", optimize=True)
    return target.getvalue()
