"""The one style sheet of the site, inlined in every page so that the first paint waits for no second request.

The policy allows exactly this sheet, by its hash. In development it is read again when a file changes.
"""

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings

SHEETS = ("tokens.css", "base.css", "components.css")
CSS_DIR = Path(__file__).resolve().parent.parent / "static" / "css"


def inlined_sheet() -> str:
    """Return the sheet's text without comments and needless white space."""
    return _sheet(_age() if settings.DEBUG else 0.0)


def sheet_source() -> str:
    """Return the sheet's source expression for ``style-src``: ``'sha256-…'``."""
    return _source(inlined_sheet())


def _age() -> float:
    return max((CSS_DIR / name).stat().st_mtime for name in SHEETS)


@lru_cache(maxsize=2)
def _sheet(age: float) -> str:
    return squeeze("".join((CSS_DIR / name).read_text(encoding="utf-8") for name in SHEETS))


@lru_cache(maxsize=2)
def _source(sheet: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()}'"


def squeeze(css: str) -> str:
    """Return ``css`` without comments and without white space that means nothing.

    Only white space around ``{ } ; , >`` and after ``:`` goes; selectors and ``calc()`` keep theirs.
    """
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s*([{};,>])\s*", r"\1", css)
    css = re.sub(r"(?<=[a-z-]): (?=[^{}]*[;}])", ":", css)
    return css.replace(";}", "}").strip()
