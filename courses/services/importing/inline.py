"""A paragraph's own markup: divided where a picture or a new indent begins, and rid of spaces that only indent."""

import re
from dataclasses import dataclass, field

from courses.services.importing.report import Report

_TOKEN = re.compile(r"(<[^>]+>)")
_PICTURE = re.compile(r'<img src="picture:(\d+)"\s*/?>')
_LINK = re.compile(r'<a(?: href="([^"]*)")?>')
_NOTE = re.compile(r'<sup><a href="#(?:foot|end)note-[^"]*">(\[\d+\])</a></sup>')
_CHECKBOX = re.compile(r"<input( checked=\"[^\"]*\")?\s*/?>")
_EMPTY = re.compile(r"<(b|i|a)(?: [^>]*)?>\s*</\1>")
_DOUBLE = re.compile(r"</(b|i)>(\s*)<\1>")

SPACES = " \t\r\n\u00a0\u3000\u2002\u2003\u2009\ufeff\u200b"
INDENT = re.compile(f"^[{SPACES}]+")
_INDENTED = re.compile("^(?:\u3000|\u00a0\u00a0|  )+")
_END = re.compile(f"[{SPACES}]+$")

LINKS = ("http://", "https://", "mailto:", "tel:")
LONGEST_LINK = 2000
"""Characters of an address. A longer one holds something else, and every reader of the page would load it."""

Piece = str | int
"""Markup, or the number of a picture."""


def pieces(html: str, report: Report) -> list[Piece]:
    """Divide a paragraph's markup at its pictures, and at soft line breaks that begin a new indented paragraph."""
    divider = _Divider(report)
    for token in _TOKEN.split(_settled(html, report)):
        divider.take(token)
    divider.cut()
    return divider.done


def words_only(html: str) -> str:
    """Return markup as plain text; line breaks become spaces."""
    from html import unescape

    plain = re.sub(r"<[^>]+>", "", re.sub(r"<br ?/?>", " ", html))
    return " ".join(unescape(plain).replace("\u00a0", " ").split())


def _leads_to_a_site(address: str) -> bool:
    return address.lower().startswith(LINKS) and len(address) <= LONGEST_LINK


def _settled(html: str, report: Report) -> str:
    """Turn the marks of notes and tick boxes into text, and join what Word cut into runs."""
    html = _NOTE.sub(lambda found: report.put_in(found[1]), html)
    html = _CHECKBOX.sub(lambda found: report.put_in("☑" if found[1] else "☐"), html)
    html = html.replace("<sup>", "").replace("</sup>", "").replace("\t", " ")
    return _DOUBLE.sub(r"\2", html)


@dataclass
class _Divider:
    """Collects tokens into pieces; a tag that is open at a cut is closed before it and opened again behind it."""

    report: Report
    done: list[Piece] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    breaks: int = 0

    def take(self, token: str) -> None:
        if picture := _PICTURE.fullmatch(token):
            self.cut()
            self.done.append(int(picture[1]))
        elif token.startswith("<br"):
            self.breaks += 1
        elif token.startswith("<"):
            self._tag(token)
        elif token:
            self._text(token)

    def _text(self, token: str) -> None:
        if self.breaks and not token.strip(SPACES):
            return
        is_new = self.breaks > 1 or (self.breaks == 1 and _INDENTED.match(token))
        if self.breaks and self._has_words():
            if is_new:
                self.report.changed("soft_break", token)
                self.cut()
            else:
                self.tokens.append("<br/>")
        self.breaks = 0
        self.tokens.append(token)

    def _tag(self, token: str) -> None:
        if token.startswith("</"):
            if self.open:
                self.tokens.append(f"</{self.open.pop()[1:].split()[0].rstrip('>')}>")
            return
        if link := _LINK.fullmatch(token):
            token = f'<a href="{link[1]}">' if _leads_to_a_site(link[1] or "") else "<a>"
        self.open.append(token)
        self.tokens.append(token)

    def _has_words(self) -> bool:
        return any(not token.startswith("<") and token.strip(SPACES) for token in self.tokens)

    def cut(self) -> None:
        """End a piece."""
        closing = "".join(f"</{tag[1:].split()[0].rstrip('>')}>" for tag in reversed(self.open))
        markup = _trimmed("".join(self.tokens) + closing, self.report)
        if markup:
            self.done.append(markup)
        self.tokens = list(self.open)
        self.breaks = 0


def _trimmed(markup: str, report: Report) -> str:
    """Take away empty tags, dead links, and spaces at both ends."""
    for dead in re.findall(r"<a>(.*?)</a>", markup):
        report.changed("bad_link", words_only(dead))
    markup = re.sub(r"<a>(.*?)</a>", r"\1", markup)
    while _EMPTY.search(markup):
        markup = _EMPTY.sub("", markup)
    lead = re.match(r"^(?:<[^>]+>)*", markup)
    tags = lead[0] if lead else ""
    text = markup[len(tags) :]
    if _INDENTED.match(text):
        report.changed("indent")
    text = INDENT.sub("", text)
    trail = re.search(r"(?:</[^>]+>)*$", text)
    end = trail[0] if trail else ""
    text = _END.sub("", text[: len(text) - len(end)])
    return f"{tags}{text}{end}" if text.strip(SPACES) else ""
