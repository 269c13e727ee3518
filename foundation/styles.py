"""The style sheets of the site, inlined so that the first paint waits for no second request.

One sheet stands in every page. What only some pages need, such as tables or players, lies in small sheets of its own
that a page takes along when it holds such a thing (docs/decisions/0020). The policy allows exactly these sheets, each
by its hash. In development they are read again when a file changes.
"""

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

SHEETS: Final = ("tokens.css", "base.css", "components.css")
"""What every page carries."""

EXTRA_SHEETS: Final = ("asking", "doing", "media", "pictures", "places", "screens", "tables")
"""What a page carries only where it is needed: ``static/css/extra-<name>.css``."""

CSS_DIR: Final = Path(__file__).resolve().parent.parent / "static" / "css"


def inlined_sheet(name: str = "") -> str:
    """Return the text of the sheet of every page, or of the extra one of that name, without needless white space.

    Raises ``KeyError`` for a name that is not in ``EXTRA_SHEETS``: its hash would not be allowed.
    """
    if name and name not in EXTRA_SHEETS:
        raise KeyError(f"there is no extra sheet «{name}»")
    files = (f"extra-{name}.css",) if name else SHEETS
    return _sheet(files, _age(files) if settings.DEBUG else 0.0)


def sheet_sources() -> list[str]:
    """Return the source expressions of all sheets for ``style-src``: ``'sha256-…'``."""
    return [hash_source(inlined_sheet(name)) for name in ("", *EXTRA_SHEETS)]


def _age(files: tuple[str, ...]) -> float:
    return max((CSS_DIR / name).stat().st_mtime for name in files)


@lru_cache(maxsize=16)
def _sheet(files: tuple[str, ...], age: float) -> str:
    return squeeze("".join((CSS_DIR / name).read_text(encoding="utf-8") for name in files))


@lru_cache(maxsize=16)
def hash_source(text: str) -> str:
    """Return the source expression by which a policy allows exactly this inline text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def squeeze(css: str) -> str:
    """Return ``css`` without comments and without white space that means nothing.

    Only white space around ``{ } ; , >`` and after ``:`` goes; selectors and ``calc()`` keep theirs.
    """
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s*([{};,>])\s*", r"\1", css)
    css = re.sub(r"(?<=[a-z-]): (?=[^{}]*[;}])", ":", css)
    return css.replace(";}", "}").strip()
