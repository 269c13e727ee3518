"""Formulas, pinyin above characters and symbols of old fonts, written in a line of plain text."""

import re
from xml.etree.ElementTree import Element

from mammoth.docx.dingbats import dingbats

from courses.services.importing.report import Report
from courses.services.importing.xml import M, W, chosen_children

SYMBOL_FONTS = {"Symbol", "Wingdings", "Wingdings 2", "Wingdings 3", "Webdings"}
_UNDERSTOOD_IN_EQ = re.compile(r"\\s\\up\s*\d*\s*\((?P<above>[^()]*)\)\s*[,;]\s*(?P<base>[^()]+)\)?\)?\s*$")

_SUPERSCRIPT = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_SUBSCRIPT = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


def formula(element: Element, report: Report) -> str:
    """Return a formula in one line: a fraction as ``(a)/(b)``, a power as ``a^(b)``, a root as ``√(a)``."""
    name = element.tag.removeprefix(M)
    if name == "t":
        return element.text or ""
    if name == "f":
        return _around(element, report, "num", "({})/") + _around(element, report, "den", "({})")
    if name in ("sSup", "sSub", "sSubSup"):
        base = _around(element, report, "e", "{}")
        return base + _around(element, report, "sub", "_({})") + _around(element, report, "sup", "^({})")
    if name == "rad":
        return _around(element, report, "e", "√({})")
    if name == "d":
        return _around(element, report, "e", "({})")
    return "".join(formula(child, report) for child in chosen_children(element))


def _around(element: Element, report: Report, name: str, form: str) -> str:
    """Return the parts called ``name`` in a form; the signs that are put around them are ours."""
    said = "".join(
        form.format("".join(formula(child, report) for child in part)) for part in element.findall(f"{M}{name}")
    )
    for _part in element.findall(f"{M}{name}"):
        report.put_in(form.format(""))
    return said


def old_formula(instruction: str) -> str:
    """Return the words of an ``EQ`` field when it is pinyin above a character, the way Word used to write it."""
    found = _UNDERSTOOD_IN_EQ.search(instruction.strip())
    return f"{found['base']}（{found['above']}）" if found else ""


def raised_or_lowered(text: str, position: str | None) -> str | None:
    """Return ``text`` in raised or lowered characters, or nothing where not all of it exists so."""
    table = {"superscript": _SUPERSCRIPT, "subscript": _SUBSCRIPT}.get(position or "")
    if table is None or not text.strip() or any(ord(sign) not in table for sign in text if sign != " "):
        return None
    return text.translate(table)


def symbol(element: Element) -> str:
    """Return the character that a ``w:sym`` shows, or nothing where the font is not known."""
    code = element.get(f"{W}char", "")
    return _shown(element.get(f"{W}font", ""), int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{1,4}", code) else ""


def in_plain_characters(text: str, font: str) -> str:
    """Return what letters of a symbol font show; a letter without a known sign stays as it is."""
    return "".join(sign if sign.isspace() else _shown(font, ord(sign)) or sign for sign in text)


def _shown(font: str, code: int) -> str:
    code = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    found = dingbats.get((font, code))
    return chr(found) if found else ""
