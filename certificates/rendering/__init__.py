"""Drawing a certificate sheet: from frozen data to a PDF, and from the PDF to a picture.

Nothing here reads or writes the database. Importing this package is cheap: WeasyPrint, PDFium and HarfBuzz are loaded
by the first call that needs them (WeasyPrint alone costs one to two seconds).
"""

from certificates.rendering.data import DESIGNS, EN, LANGUAGES, ZH, SheetData, SheetText, Signatory
from certificates.rendering.errors import SheetError, SheetReason
from certificates.rendering.fonts import FONT_HASHES, missing_glyphs, missing_libraries, verify_fonts
from certificates.rendering.picture import draw_picture
from certificates.rendering.sample import sample_sheet
from certificates.rendering.sheet import check_sheet, draw_sheet

__all__ = [
    "DESIGNS",
    "EN",
    "FONT_HASHES",
    "LANGUAGES",
    "ZH",
    "SheetData",
    "SheetError",
    "SheetReason",
    "SheetText",
    "Signatory",
    "check_sheet",
    "draw_picture",
    "draw_sheet",
    "missing_glyphs",
    "missing_libraries",
    "sample_sheet",
    "verify_fonts",
]
