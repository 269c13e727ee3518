"""Fields: what Word shows without holding it as text, such as formulas of old files."""

from xml.etree.ElementTree import Element

from courses.services.importing.equations import old_formula
from courses.services.importing.report import Report
from courses.services.importing.xml import W


def settle_fields(paragraph: Element, report: Report) -> None:
    """Read fields that show something without holding it as text, such as old formulas; name those that cannot be."""
    instructions: list[Element] = []
    is_open = False
    for element in list(paragraph.iter()):
        if element.tag == f"{W}instrText" and is_open:
            instructions.append(element)
        kind = element.get(f"{W}fldCharType") if element.tag == f"{W}fldChar" else None
        if kind == "end" and is_open:
            _settle_field(instructions, report)
        if kind:
            is_open, instructions = kind == "begin", []


_FIELDS_THAT_SHOW_NOTHING = {"TC", "XE", "TA", "RD", "PAGE", "NUMPAGES", "FORMCHECKBOX"}
"""Marks for an index, numbers of pages, and tick boxes, which mammoth knows."""


def _settle_field(instructions: list[Element], report: Report) -> None:
    instruction = "".join(element.text or "" for element in instructions).strip()
    if not instruction or instruction.split()[0].upper() in _FIELDS_THAT_SHOW_NOTHING:
        return
    said = old_formula(instruction) if instruction.upper().startswith("EQ") else ""
    if said:
        report.changed("ruby", said)
        instructions[0].tag = f"{W}t"
        instructions[0].text = report.put_in(said)
        instructions[1:] = []
    else:
        report.left_out("field", instruction)
