"""The look keeps its promises: contrast of every pair in use, and no colour, space or radius outside the tokens."""

import re
from pathlib import Path

import pytest

from foundation.styles import SHEETS, squeeze

ROOT = Path(__file__).resolve().parents[2]
CSS = ROOT / "static" / "css"
TEMPLATES = ROOT / "templates"
SCREENS = ("layouts", "components", "blocks", "errors")
LIGHT, DARK = "light", "dark"

BODY, WORDS, EDGES = 7.0, 4.5, 3.0
"""Least contrast: body text, all other words (WCAG 2.2 AA), and edges that must be seen (WCAG 2.2, 1.4.11)."""

PAIRS = [
    ("ink", "paper", BODY),
    ("ink", "card", BODY),
    ("ink", "green-tint", BODY),
    ("ink", "straw-tint", BODY),
    ("ink", "red-tint", BODY),
    ("ink", "green-fill", WORDS),
    ("ink-soft", "paper", WORDS),
    ("ink-soft", "card", WORDS),
    ("ink-soft", "plain", WORDS),
    ("ink-soft", "green-tint", WORDS),
    ("ink-soft", "straw-tint", WORDS),
    ("ink-soft", "red-tint", WORDS),
    ("green", "card", WORDS),
    ("green", "paper", WORDS),
    ("green", "green-tint", WORDS),
    ("red", "card", WORDS),
    ("red", "paper", WORDS),
    ("red", "red-tint", WORDS),
    ("straw", "card", WORDS),
    ("straw", "straw-tint", WORDS),
    ("river", "paper", WORDS),
    ("river", "card", WORDS),
    ("river", "green-tint", WORDS),
    ("river", "straw-tint", WORDS),
    ("river", "red-tint", WORDS),
    ("on-button", "button", WORDS),
    ("on-head", "head", WORDS),
    ("on-head", "contour", WORDS),
    ("edge", "card", EDGES),
    ("edge", "paper", EDGES),
    ("button", "card", EDGES),
    ("green", "green-tint", EDGES),
]
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color-mix|color)a?\(", re.IGNORECASE)
COLOUR_WORD = re.compile(r":[^;{}]*\b(?:white|black|red|green|blue|gr[ae]y|silver|orange|yellow|brown)\b(?!-)")
SPACED = re.compile(
    r"(?<![-\w])((?:margin|padding|inset|scroll-padding)[-a-z]*|(?:row-|column-)?gap|border-[-a-z]*radius):([^;}]+)"
)
LITERAL = re.compile(r"(?<![-\w.])\.?\d[\d.]*(?:px|rem|em|ch|vw|vh|pt|cm|mm)\b|(?<![-\w.])[1-9][\d.]*(?![\w.%)])")


def tokens(scheme: str) -> dict[str, str]:
    """Return the colours of one scheme by name. The dark scheme changes what it must and keeps the rest."""
    css = squeeze((CSS / "tokens.css").read_text(encoding="utf-8"))
    first, _, dark = css.partition("@media (prefers-color-scheme:dark)")
    if not dark:
        first, _, dark = css.partition("@media (prefers-color-scheme: dark)")
    read = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", first))
    return read | dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", dark)) if scheme == DARK else read


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb``, from 0 to 1, as WCAG 2.2 defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def own_sheets() -> list[Path]:
    """Return every sheet but the tokens."""
    return [path for path in sorted(CSS.glob("*.css")) if path.name != "tokens.css"]


def screens() -> list[Path]:
    """Return the templates that all screens are built from."""
    return [path for folder in SCREENS for path in sorted((TEMPLATES / folder).iterdir())]


def test_the_arithmetic_knows_black_on_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_every_pair_in_use_can_be_read(scheme: str, front: str, back: str, least: float) -> None:
    colours = tokens(scheme)
    ratio = contrast(colours[front], colours[back])
    assert ratio >= least, f"{front} on {back} in the {scheme} scheme: {ratio:.2f}, wanted {least}"


def test_the_dark_scheme_changes_the_ground() -> None:
    assert tokens(LIGHT)["paper"] != tokens(DARK)["paper"]


@pytest.mark.parametrize("path", own_sheets(), ids=lambda path: path.name)
def test_no_colour_is_written_outside_the_tokens(path: Path) -> None:
    css = squeeze(path.read_text(encoding="utf-8"))
    assert not COLOUR.findall(css)
    assert not COLOUR_WORD.findall(re.sub(r"var\([^)]*\)", "", css))


@pytest.mark.parametrize("path", own_sheets(), ids=lambda path: path.name)
def test_no_space_or_radius_is_written_outside_the_tokens(path: Path) -> None:
    css = squeeze(path.read_text(encoding="utf-8"))
    found = [
        (name, value) for name, value in SPACED.findall(css) if LITERAL.search(re.sub(r"var\([^)]*\)|-1 \*", "", value))
    ]
    assert not found


@pytest.mark.parametrize("path", own_sheets(), ids=lambda path: path.name)
def test_every_token_in_use_exists(path: Path) -> None:
    css = path.read_text(encoding="utf-8")
    defined = set(re.findall(r"--([\w-]+):", css + (CSS / "tokens.css").read_text(encoding="utf-8")))
    assert set(re.findall(r"var\(--([\w-]+)", css)) <= defined


def test_the_theme_colour_is_the_heads() -> None:
    html = (TEMPLATES / "layouts" / "base.html").read_text(encoding="utf-8")
    assert f'(prefers-color-scheme: light)" content="{tokens(LIGHT)["head"]}"' in html
    assert f'(prefers-color-scheme: dark)" content="{tokens(DARK)["head"]}"' in html


def test_the_inlined_sheet_stays_small() -> None:
    """It travels with every page: 13 kB before compression leaves room for words in a first answer of 14 kB."""
    assert len(squeeze("".join((CSS / name).read_text(encoding="utf-8") for name in SHEETS)).encode()) <= 13_000


def test_english_in_a_chinese_page_stands_in_a_latin_font() -> None:
    (rule,) = re.findall(r"^\[lang=en\] \{([^}]*)\}", (CSS / "tokens.css").read_text(encoding="utf-8"), re.MULTILINE)
    assert "font-family: system-ui," in rule


def test_the_motif_stays_small() -> None:
    assert (TEMPLATES / "components" / "terraces.svg").stat().st_size < 1024


@pytest.mark.parametrize("path", screens(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_templates_obey_the_content_policy(path: Path) -> None:
    """No ``style=``, no script in the page, no other host; the registry that the law asks to link to is excepted."""
    html = path.read_text(encoding="utf-8").replace("https://beian.miit.gov.cn/", "").replace("http://www.w3.org/", "")
    assert not re.search(r"\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|https?://", html)


def test_a_lesson_carries_the_icons_that_may_stand_in_it() -> None:
    lesson = (TEMPLATES / "courses" / "lesson.html").read_text(encoding="utf-8")
    carried = set(re.findall(r'"([\w-]+)"', re.search(r"{% sprite (.*?) %}", lesson)[1]))  # type: ignore[index]
    shown = ["courses/lesson.html", *(f"components/{name}.html" for name in ("back", "untranslated", "written_by"))]
    files = [*(TEMPLATES / name for name in shown), *(TEMPLATES / "blocks").glob("*.html")]
    used = {icon for file in files for icon in re.findall(r'{% icon "([\w-]+)"', file.read_text(encoding="utf-8"))}
    assert used <= carried


def test_icons_in_use_are_in_the_sprite() -> None:
    drawn = set(re.findall(r'id="i-([\w-]+)"', (TEMPLATES / "components" / "sprite.html").read_text(encoding="utf-8")))
    html = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html"))
    assert set(re.findall(r'{% icon "([\w-]+)"', html)) <= drawn
