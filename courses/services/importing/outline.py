"""From clean HTML to what the document says: title, headings, words, pictures, quotations, tables, notes."""

import re
from collections.abc import Callable

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

from courses.services.importing.inline import SPACES, pieces, words_only
from courses.services.importing.nodes import GUESSED, Heading, Outline, PictureNode, Quotation, Table, Words
from courses.services.importing.report import Report

_SOURCE = re.compile(r"^(?:—{1,2}|――|--|–)\s*(\S.*)$", re.DOTALL)
_LINE_LIKE_A_HEADING = re.compile(r"<b>[^<]*[^<。，；！？…,.;!?：:]</b>")
LONGEST_GUESS = 40
"""How many characters a bold line may have to be taken for a heading."""

_NOTE_ID = re.compile(r"^(?:foot|end)note-")
_BACK = re.compile(r'(?:<p>)?\s*<a href="#(?:foot|end)note-ref-[^"]*">↑</a>\s*(?:</p>)?')


def outline_of(html: str, report: Report, *, notes_title: str) -> Outline:
    """Return what the HTML says. ``notes_title`` heads the notes, in the language of the page."""
    reader = _Reader(report, notes_title)
    for element in BeautifulSoup(_BACK.sub("", html), "html.parser").children:
        reader.take(element)
    reader.finish()
    return reader.outline


class _Reader:
    """Takes one top-level element after the other."""

    def __init__(self, report: Report, notes_title: str) -> None:
        self.report = report
        self.notes_title = notes_title
        self.outline = Outline()
        self.pending: list[str] = []
        self.caption = ""

    def take(self, element: PageElement) -> None:
        """Add one element."""
        if isinstance(element, NavigableString):
            if element.strip():
                self._paragraph(str(element))
            return
        if isinstance(element, Tag):
            kind = f"{element.name}.{_class_of(element)}" if _class_of(element) else element.name
            takes: dict[str, Callable[[Tag], None]] = {
                "p": lambda tag: self._paragraph(tag.decode_contents()),
                "p.title": self._title,
                "p.subtitle": self._subtitle,
                "p.caption": self._take_caption,
                "blockquote": self._quotation,
                "table": self._table,
                "ul": self._list,
                "ol": self._list,
            }
            if re.fullmatch(r"h[1-6]", element.name):
                self._heading(element)
            else:
                takes.get(kind, takes["p"])(element)

    def finish(self) -> None:
        """Add what is still held back."""
        self._end_words()

    # --- words -----------------------------------------------------------------------------------------------------

    def _paragraph(self, html: str) -> None:
        self._release_caption()
        for piece in pieces(html, self.report):
            if isinstance(piece, int):
                self._picture(piece)
            else:
                self._said(piece)

    def _said(self, piece: str) -> None:
        if _LINE_LIKE_A_HEADING.fullmatch(piece) and len(words_only(piece)) <= LONGEST_GUESS:
            self._end_words()
            self.outline.nodes.append(Heading(GUESSED, words_only(piece)))
        else:
            self.report.kept("paragraph")
            self.pending.append(f"<p>{piece}</p>")

    def _list(self, element: Tag) -> None:
        self._release_caption()
        if _NOTE_ID.match(_id_of(element)):
            self._notes(element)
            return
        lifted: list[int] = []
        self.pending.append(self._list_html(element, lifted, depth=0))
        self.report.kept("list")
        for number in lifted:
            self.report.changed("lifted_picture")
            self._picture(number)

    def _list_html(self, element: Tag, lifted: list[int], *, depth: int) -> str:
        items = [self._item_html(item, lifted, depth=depth) for item in element.find_all("li", recursive=False)]
        if depth == 1:
            self.report.kept("nested_list")
        return f"<{element.name}>{''.join(items)}</{element.name}>"

    def _item_html(self, item: Tag, lifted: list[int], *, depth: int) -> str:
        inner = "".join(_markup(child) for child in item.children if not _is_list(child))
        said = pieces(inner, self.report)
        lifted += [piece for piece in said if isinstance(piece, int)]
        words = "<br/>".join(piece for piece in said if isinstance(piece, str))
        below = "".join(
            self._list_html(child, lifted, depth=depth + 1)
            for child in item.children
            if isinstance(child, Tag) and _is_list(child)
        )
        return f"<li>{words}{below}</li>"

    def _notes(self, element: Tag) -> None:
        notes = [self._item_of_note(item) for item in element.find_all("li", recursive=False)]
        self._end_words()
        self.outline.nodes.append(Heading(1, self.report.put_in(self.notes_title)))
        self.pending.append(f"<ol>{''.join(notes)}</ol>")
        self.report.changed("note", count=len(notes))

    def _item_of_note(self, item: Tag) -> str:
        paragraphs = item.find_all("p") or [item]
        said = [piece for p in paragraphs for piece in pieces(p.decode_contents(), self.report)]
        for number in (piece for piece in said if isinstance(piece, int)):
            self.report.left_out("picture_in_note", str(number + 1))
        return f"<li>{'<br/>'.join(piece for piece in said if isinstance(piece, str))}</li>"

    # --- headings --------------------------------------------------------------------------------------------------

    def _title(self, element: Tag) -> None:
        text = self._plain(element)
        if self.outline.title or not text:
            self._add_heading(1, text)
        else:
            self.outline.title = text

    def _subtitle(self, element: Tag) -> None:
        text = self._plain(element)
        if self.outline.summary or not text:
            self._add_heading(2, text)
        else:
            self.outline.summary = text
            self.report.changed("summary", text)

    def _heading(self, element: Tag) -> None:
        self._add_heading(int(element.name[1]), self._plain(element))

    def _add_heading(self, level: int, text: str) -> None:
        self._release_caption()
        if text:
            self._end_words()
            self.outline.nodes.append(Heading(level, text))

    def _plain(self, element: Tag) -> str:
        """Return an element's words; pictures in it follow it."""
        said = pieces(element.decode_contents(), self.report)
        for number in (piece for piece in said if isinstance(piece, int)):
            self.report.changed("lifted_picture")
            self._picture(number)
        return " ".join(words_only(piece) for piece in said if isinstance(piece, str))

    # --- pictures and their captions -------------------------------------------------------------------------------

    def _picture(self, number: int) -> None:
        self._end_words()
        self.outline.nodes.append(PictureNode(number, self._held_caption()))

    def _take_caption(self, element: Tag) -> None:
        said = pieces(element.decode_contents(), self.report)
        for number in (piece for piece in said if isinstance(piece, int)):
            self._picture(number)
        text = " ".join(words_only(piece) for piece in said if isinstance(piece, str))
        last = self.outline.nodes[-1] if self.outline.nodes and not self.pending else None
        if isinstance(last, PictureNode) and not last.caption:
            last.caption = text
        else:
            self._release_caption()
            self.caption = text

    def _held_caption(self) -> str:
        held, self.caption = self.caption, ""
        return held

    def _release_caption(self) -> None:
        """Make a paragraph of a caption that belongs to nothing."""
        if held := self._held_caption():
            last = self.outline.nodes[-1] if self.outline.nodes and not self.pending else None
            if isinstance(last, Table) and not last.caption:
                last.caption = held
            else:
                self.report.kept("paragraph")
                self.pending.append(f"<p>{_escaped(held)}</p>")

    # --- quotations and tables -------------------------------------------------------------------------------------

    def _quotation(self, element: Tag) -> None:
        self._release_caption()
        said = [piece for p in element.find_all("p") for piece in pieces(p.decode_contents(), self.report)]
        lines = [words_only(piece) for piece in said if isinstance(piece, str)]
        source = _SOURCE.match(lines[-1]) if len(lines) > 1 else None
        if source:
            self.report.replaced.append(lines.pop()[: source.start(1)])
        self._end_words()
        if lines:
            self.outline.nodes.append(Quotation("\n".join(lines), source[1].strip() if source else ""))
            self.report.kept("quotation")
        for number in (piece for piece in said if isinstance(piece, int)):
            self._picture(number)

    def _table(self, element: Tag) -> None:
        rows = [row for row in element.find_all("tr") if row.find_parent("table") is element]
        cells = [list(row.find_all(["td", "th"], recursive=False)) for row in rows]
        if sum(len(row) for row in cells) == 1:
            self._frame(cells)
            return
        caption = self._held_caption()
        self._end_words()
        lifted: list[int] = []
        has_header = _has_header(element, cells)
        grid = _grid(cells, lambda cell: self._cell(cell, lifted))
        if any(any(text for text in row) for row in grid):
            self.outline.nodes.append(Table(grid, has_header, caption))
            self.report.kept("table")
            self._name_looks(cells[1:] if has_header else cells)
        for number in lifted:
            self.report.changed("lifted_picture")
            self._picture(number)

    def _frame(self, cells: list[list[Tag]]) -> None:
        """A table of one cell is a frame around words: the words are kept as words."""
        cell = next(cell for row in cells for cell in row)
        self.report.changed("frame", cell.get_text(" "))
        for child in list(cell.children):
            self.take(child)

    def _cell(self, cell: Tag, lifted: list[int]) -> str:
        lines: list[str] = []
        for part in cell.find_all(["p", "li", "h1", "h2", "h3", "h4", "h5", "h6"]):
            own = "".join(_markup(child) for child in part.children if not _is_list(child) and not _is_table(child))
            said = pieces(own, self.report)
            lifted += [piece for piece in said if isinstance(piece, int)]
            lines += [words_only(piece) for piece in said if isinstance(piece, str)]
        return "\n".join(lines)

    def _name_looks(self, cells: list[list[Tag]]) -> None:
        """Name bold words, links and the like in cells; that a header row is bold says no more than that it is one."""
        for cell in (cell for row in cells for cell in row):
            if cell.find(["b", "i", "a", "ul", "ol"]):
                self.report.changed("look_in_table", cell.get_text(" "))

    def _end_words(self) -> None:
        self._release_caption()
        if self.pending:
            self.outline.nodes.append(Words("".join(self.pending)))
            self.pending = []


def _grid(cells: list[list[Tag]], said: Callable[[Tag], str]) -> list[list[str]]:
    """Return the words by row and column; a merged cell's words stand in its first place."""
    places: dict[tuple[int, int], str] = {}
    for y, row in enumerate(cells):
        x = 0
        for cell in row:
            while (y, x) in places:
                x += 1
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            places |= {(y + down, x + right): "" for down in range(high) for right in range(wide)}
            places[y, x] = said(cell)
            x += wide
    width = max((x for _y, x in places), default=0) + 1
    return [[places.get((y, x), "") for x in range(width)] for y in range(len(cells))]


def _span(cell: Tag, name: str) -> int:
    found = str(cell.get(name, "1"))
    return min(int(found), 50) if found.isdigit() else 1


def _has_header(table: Tag, cells: list[list[Tag]]) -> bool:
    """Whether the first row is a header: Word says so, or all of it is bold."""
    is_bold = all(cell.get_text(strip=True) and _is_all_bold(cell) for cell in cells[0])
    return table.find("thead") is not None or (is_bold and len(cells) > 1)


def _is_all_bold(cell: Tag) -> bool:
    return "".join(b.get_text() for b in cell.find_all("b")).strip(SPACES) == cell.get_text().strip(SPACES)


def _class_of(element: Tag) -> str:
    found = element.get("class")
    return str(found[0]) if isinstance(found, list) and found else str(found or "")


def _id_of(element: Tag) -> str:
    first = element.find("li", recursive=False)
    return str(first.get("id", "")) if isinstance(first, Tag) else ""


def _is_list(element: PageElement) -> bool:
    return isinstance(element, Tag) and element.name in ("ul", "ol")


def _is_table(element: PageElement) -> bool:
    return isinstance(element, Tag) and element.name == "table"


def _markup(element: PageElement) -> str:
    return element.decode() if isinstance(element, Tag) else _escaped(str(element))


def _escaped(text: str) -> str:
    from html import escape

    return escape(text, quote=False)
