"""From what a document says to the raw blocks of a lesson or a practice, each with an id of its own."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

from courses.services.importing.inline import words_only
from courses.services.importing.nodes import GUESSED, Heading, Node, Outline, PictureNode, Quotation, Table, Words
from courses.services.importing.report import Report

Block = dict[str, Any]
LONGEST_SUMMARY = 120
LONGEST_TITLE = 255
WIDEST_TABLE = 4
"""Columns that fit on a phone."""

PICTURE_KEY = "picture"
"""Key under which a picture block holds a number of the document instead of a row, until the draft is made."""


@dataclass
class Content:
    """What a draft is made of."""

    title: str
    summary: str
    body: list[Block]


def content_of(outline: Outline, report: Report, *, file_title: str, alt_texts: list[tuple[str, bool]]) -> Content:
    """Return the content. ``file_title`` is used where the document names no title; ``alt_texts`` are by picture."""
    _settle_guesses(outline, report)
    _settle_title(outline, report, file_title)
    _settle_summary(outline, report)
    for node in outline.nodes:
        if isinstance(node, Words):
            _count_looks(node.html, report)
    _settle_levels(outline, report)
    body = [_block(node, report, alt_texts) for node in _joined(outline.nodes)]
    if not outline.summary:
        report.needs("summary")
    return Content(outline.title, outline.summary, body)


def _settle_guesses(outline: Outline, report: Report) -> None:
    """Decide what short bold lines are: the title and the headings of a document without styles, else bold lines."""
    has_headings = any(isinstance(node, Heading) and node.level != GUESSED for node in outline.nodes)
    first = outline.nodes[0] if outline.nodes else None
    if not has_headings and not outline.title and isinstance(first, Heading) and len(outline.nodes) > 1:
        outline.nodes.pop(0)
        outline.title = first.text
        report.changed("title_from_heading", first.text)
    for place, node in enumerate(outline.nodes):
        if not isinstance(node, Heading) or node.level != GUESSED:
            continue
        if has_headings:
            outline.nodes[place] = Words(f"<p><b>{_escape(node.text)}</b></p>")
            report.kept("paragraph")
        else:
            node.level = 1
            report.changed("bold_heading", node.text)


def _settle_title(outline: Outline, report: Report, file_title: str) -> None:
    """Take the title from its style, else from a first heading that is alone on its level, else from the file."""
    first = outline.nodes[0] if outline.nodes else None
    if outline.title:
        if not report.has("title_from_heading"):
            report.kept("title")
    elif isinstance(first, Heading) and _is_alone_on_top(first, outline.nodes):
        outline.nodes.pop(0)
        outline.title = first.text
        report.changed("title_from_heading", first.text)
    else:
        outline.title = report.put_in(file_title)
        report.changed("title_from_file", file_title)
    if len(outline.title) > LONGEST_TITLE:
        outline.nodes.insert(0, Words(f"<p>{_escape(outline.title)}</p>"))
        outline.title = report.put_in(outline.title[:LONGEST_TITLE])
        report.changed("long_title", outline.title)


def _is_alone_on_top(first: Heading, nodes: list[Node]) -> bool:
    return all(node is first or node.level > first.level for node in nodes if isinstance(node, Heading))


def _settle_summary(outline: Outline, report: Report) -> None:
    """Take a short first paragraph that is followed by a heading as the summary: it stands above the parts."""
    if outline.summary or len(outline.nodes) < 2:
        return
    first, second = outline.nodes[:2]
    if isinstance(first, Words) and isinstance(second, Heading) and first.html.count("<p>") == 1:
        text = words_only(first.html)
        if "<ul>" not in first.html and "<ol>" not in first.html and len(text) <= LONGEST_SUMMARY:
            outline.nodes.pop(0)
            outline.summary = text
            report.changed("summary", text)


def _settle_levels(outline: Outline, report: Report) -> None:
    """Keep the top level of headings; a lesson has one. Deeper ones become bold paragraphs."""
    levels = {node.level for node in outline.nodes if isinstance(node, Heading)}
    top = min(levels, default=1)
    for place, node in enumerate(outline.nodes):
        if isinstance(node, Heading) and node.level > top:
            outline.nodes[place] = Words(f"<p><b>{_escape(node.text)}</b></p>")
            report.changed("deep_heading", node.text)
        elif isinstance(node, Heading):
            report.kept("heading")


def _joined(nodes: list[Node]) -> list[Node]:
    """Join words that follow each other."""
    joined: list[Node] = []
    for node in nodes:
        last = joined[-1] if joined else None
        if isinstance(node, Words) and isinstance(last, Words):
            last.html += node.html
        else:
            joined.append(node)
    return joined


def _block(node: Node, report: Report, alt_texts: list[tuple[str, bool]]) -> Block:
    if isinstance(node, Words):
        return block("text", node.html)
    if isinstance(node, Heading):
        return block("heading", node.text)
    if isinstance(node, Quotation):
        if not node.source:
            report.needs("quotation_source", node.text)
        return block("quotation", {"text": node.text, "source": node.source})
    if isinstance(node, Table):
        return _table_block(node, report)
    return _picture_block(node, alt_texts)


def block(kind: str, value: Any) -> Block:
    """Return a raw block with an id of its own: two imports of one file are two texts."""
    return {"type": kind, "id": str(uuid.uuid4()), "value": value}


def _picture_block(node: PictureNode, alt_texts: list[tuple[str, bool]]) -> Block:
    alt, is_decorative = alt_texts[node.number]
    image = {PICTURE_KEY: node.number, "alt_text": alt, "decorative": is_decorative and not alt}
    return block("picture", {"image": image, "caption": node.caption})


def _table_block(node: Table, report: Report) -> Block:
    if not node.caption:
        report.needs("table_caption", " ".join(node.rows[0]))
    if len(node.rows[0]) > WIDEST_TABLE:
        report.needs("wide_table", " ".join(node.rows[0]))
    cells = {
        "data": node.rows,
        "cell": [],
        "mergeCells": [],
        "first_row_is_table_header": node.has_header,
        "first_col_is_header": False,
        "table_header_choice": "row" if node.has_header else "neither",
        "table_caption": "",
    }
    return block("table", {"caption": node.caption, "cells": cells})


def _count_looks(html: str, report: Report) -> None:
    for kind, tag in (("bold", "<b>"), ("italic", "<i>"), ("link", "<a ")):
        if count := html.count(tag):
            report.kept(kind, count)


def words_of_body(body: list[Block]) -> str:
    """Return all words of raw blocks, as a reader would find them. Only blocks of text hold markup.

    A heading or a cell that says ``<0>`` says just that.
    """
    return "\n".join(
        _words_of_markup(part["value"]) if part["type"] == "text" else _words(part["value"]) for part in body
    )


def _words_of_markup(html: str) -> str:
    return words_only(re.sub(r"</(p|li)>", " ", html))


def _words(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "\n".join(
            _words(part) for name, part in value.items() if name not in ("alt_text", "table_header_choice")
        )
    return "\n".join(_words(part) for part in value) if isinstance(value, list) else ""


def _escape(text: str) -> str:
    from html import escape

    return escape(text, quote=False)
