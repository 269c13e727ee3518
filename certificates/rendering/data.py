"""What stands on a sheet. Plain frozen values: the caller took them from its own frozen row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

ZH = "zh-hans"
EN = "en"
LANGUAGES = (ZH, EN)
"""Both languages stand on every sheet, so every text comes in both."""

SheetText = Mapping[str, str]
"""One text in every language of :data:`LANGUAGES`."""

DESIGNS: Mapping[str, str] = MappingProxyType({"classic-1": "pdf/certificate"})
"""Template folder of each design version. A version once issued is never edited: a new look is a new version."""

MAX_SIGNATORIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """One person who signs. ``signature_svg`` is a whole SVG document; None leaves the line free to sign by hand."""

    name: str
    role: SheetText
    signature_svg: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetData:
    """Everything one sheet says.

    ``name`` is printed exactly as typed. ``practices`` is how many practices were tried and accepted, or their titles.
    ``completed_on`` is a day in the programme's own time zone. ``issued_at`` (aware) becomes the document's date of
    creation; without it the document carries none, and the same data always give the same bytes.
    """

    name: str
    course_title: SheetText
    cohort_title: SheetText
    hours: int | Decimal
    practices: int | tuple[str, ...]
    completed_on: date
    serial: str
    verify_url: str
    issuer: SheetText
    signatories: tuple[Signatory, ...] = ()
    design: str = "classic-1"
    issued_at: datetime | None = None
    language: str = field(default="zh-Hans", init=False)

    @property
    def practice_count(self) -> int:
        """How many practices were tried and accepted."""
        return self.practices if isinstance(self.practices, int) else len(self.practices)

    @property
    def practice_titles(self) -> tuple[str, ...]:
        """Their titles, when the holder agreed to have them printed."""
        return () if isinstance(self.practices, int) else tuple(self.practices)
