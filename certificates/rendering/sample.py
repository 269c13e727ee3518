"""An invented sheet for previews, demonstrations and tests. No such people and no such certificate exist."""

from dataclasses import replace
from datetime import date
from typing import Any

from certificates.rendering.data import EN, ZH, SheetData, Signatory

_INK = "#27407c"

_STROKES = (
    "M4 25C9 12 15 5 17 9S9 31 14 30 27 12 29 14 20 29 25 29 35 17 37 18 31 28 36 28 45 10 49 6 42 30 47 29 "
    "58 19 60 20 55 28 60 27 74 20 92 18",
    "M6 12C20 9 31 8 37 9M22 5C21 16 18 27 13 31M22 18C28 15 35 14 37 18S27 31 31 30 45 9 48 9 39 31 44 30 "
    "51 20 54 20 51 29 56 28 66 17 68 19 64 30 70 28 82 23 95 25",
    "M5 20C11 6 22 4 22 12S9 30 15 31 34 9 37 8 29 30 33 30 43 16 46 18 39 33 41 36M47 22C54 17 58 16 56 22"
    "S57 28 63 25 70 14 73 16 66 29 72 28 84 19 96 21",
)


def sample_signature(place: int) -> str:
    """One of three written-looking lines, as an SVG of 100 by 38 units."""
    path = _STROKES[place % len(_STROKES)]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 38" width="100" height="38">'
        f'<path d="{path}" fill="none" stroke="{_INK}" stroke-width="1.25" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def sample_sheet(**changes: Any) -> SheetData:
    """The sample, with any of its fields changed."""
    sheet = SheetData(
        name="赵锬",
        course_title={ZH: "陪伴留守儿童：乡村校长的一线实践", EN: "Walking beside left-behind children"},
        cohort_title={ZH: "二〇二六年秋季示范班", EN: "Demonstration cohort, autumn 2026"},
        hours=24,
        practices=3,
        completed_on=date(2026, 11, 3),
        serial="TC-2026-000123-X",
        verify_url="https://terrace.example/v/k7m2qx9d4tbw6hzr/",
        issuer={ZH: "梯田乡村校长研修", EN: "Terrace Programme for Rural Principals"},
        signatories=(
            Signatory(
                name="林见山",
                role={ZH: "项目主任", EN: "Programme director"},
                signature_svg=sample_signature(0),
            ),
            Signatory(
                name="周以禾",
                role={ZH: "学术负责人", EN: "Academic lead"},
                signature_svg=sample_signature(1),
            ),
        ),
    )
    return replace(sheet, **changes)
