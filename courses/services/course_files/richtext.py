"""Markdown to Wagtail's rich text, and back without losing anything.

Rich text is the HTML of paragraphs, lists, bold, italic and links. CommonMark cannot write bold everywhere that HTML
can, least of all next to Chinese punctuation: then the tag itself is written, which Markdown lets through.
"""

import re
from typing import TypeGuard

import nh3
from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from markdown_it import MarkdownIt

ALLOWED_TAGS = {"p", "b", "i", "ul", "ol", "li", "a", "br"}
MARKS = {"b": "**", "i": "*"}
_SPACE = "[ \\t\\r\\n]"
"""White space that means nothing in HTML. The full-width space of Chinese does mean something."""

_markdown = MarkdownIt("commonmark")
_SPECIAL = re.compile(r"([\\`*_\[\]<>&])")
_BLOCK_START = re.compile(r"^(\s*\d*)([#+\-=~|]|(?<=\d)[.)])", re.MULTILINE)


def rich_text(markdown: str) -> str:
    """Return Markdown as the HTML that Wagtail's rich text keeps: paragraphs, lists, bold, italic, links."""
    html = _markdown.render(markdown)
    html = re.sub(r"<(/?)strong>", r"<\1b>", html)
    html = re.sub(r"<(/?)em>", r"<\1i>", html)
    return nh3.clean(html, tags=ALLOWED_TAGS, attributes={"a": {"href", "linktype", "id"}}, link_rel=None).strip()


def markdown_of(html: str) -> str:
    """Return rich text as Markdown for which :func:`rich_text` gives the same content again.

    The tidiest of three ways that does so is taken: Markdown's own marks, tags for bold and italic, or the HTML itself.
    """
    soup = BeautifulSoup(html, "html.parser")
    for write_marks in (True, False):
        text = "\n\n".join(filter(None, (_block(child, write_marks) for child in soup.children)))
        if same_text(rich_text(text), html):
            return text
    return tidy(html)


def same_text(one: str, other: str) -> bool:
    """Tell whether two pieces of rich text say the same, whatever the editor noted in attributes or white space."""
    return tidy(one) == tidy(other)


def tidy(html: str) -> str:
    """Return rich text without the editor's own attributes, empty paragraphs and white space between blocks."""
    cleaned = nh3.clean(html, tags=ALLOWED_TAGS, attributes={"a": {"href", "linktype", "id"}}, link_rel=None)
    squeezed = re.sub(rf"{_SPACE}*(</?(?:p|ul|ol|li)>|<br>){_SPACE}*", r"\1", re.sub(rf"{_SPACE}+", " ", cleaned))
    return squeezed.replace("<p></p>", "")


def _block(node: object, write_marks: bool) -> str:
    if _is_list(node):
        return _list(node, write_marks)
    if isinstance(node, Tag) and node.name == "p":
        return _BLOCK_START.sub(r"\1\\\2", _inline(node, write_marks))
    return _said(node, write_marks).strip()


def _is_list(node: object) -> TypeGuard[Tag]:
    return isinstance(node, Tag) and node.name in ("ul", "ol")


def _list(node: Tag, write_marks: bool) -> str:
    lines = []
    items = [child for child in node.children if isinstance(child, Tag)]
    for number, item in enumerate(items, 1):
        mark = "- " if node.name == "ul" else f"{number}. "
        nested = [child for child in item.children if _is_list(child)]
        words = "".join(_said(child, write_marks) for child in item.children if not _is_list(child)).strip()
        text = _BLOCK_START.sub(r"\1\\\2", words)
        body = "\n".join([text, *(_list(inner, write_marks) for inner in nested)])
        lines.append(mark + body.replace("\n", "\n" + " " * len(mark)))
    return "\n".join(lines)


def _inline(node: Tag, write_marks: bool) -> str:
    return "".join(_said(child, write_marks) for child in node.children)


def _said(node: object, write_marks: bool) -> str:
    if isinstance(node, NavigableString):
        return _escape(str(node))
    if not isinstance(node, Tag):
        return ""
    inner = _inline(node, write_marks)
    if node.name == "br":
        return "  \n"
    if node.name == "a":
        return _link(node, inner)
    if node.name in MARKS and inner.strip():
        mark = MARKS[node.name]
        return f"{mark}{inner}{mark}" if write_marks else f"<{node.name}>{inner}</{node.name}>"
    return inner


def _link(node: Tag, inner: str) -> str:
    href = str(node.get("href") or "")
    if href and not re.search(r"[\s()<>\\]", href):
        return f"[{inner}]({href})"
    attributes = "".join(
        f' {name}="{value}"' for name, value in node.attrs.items() if name in ("href", "linktype", "id")
    )
    return f"<a{attributes}>{inner}</a>"


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", re.sub(rf"{_SPACE}+", " ", text))
