"""Turning blocks as people write them into a StreamField's raw data, with ids that never change."""

from collections.abc import Callable, Mapping
from typing import Any

import nh3
from markdown_it import MarkdownIt

from courses.blocks.identity import stable_id
from courses.enums import FALSE, TRUE
from courses.services.loading.source import Entry, LoadError, words

Lookup = Callable[[str], int]
"""Turns a picture's file name or a practice's key into the primary key of its row."""

BLOCK_TYPES = {
    "text",
    "photos",
    "heading",
    "picture",
    "quotation",
    "callout",
    "practice",
    "checklist",
    "single_choice",
    "multiple_choice",
    "true_false",
}
ALLOWED_TAGS = {"p", "b", "i", "ul", "ol", "li", "a", "br"}
_markdown = MarkdownIt("commonmark")


def rich_text(markdown: str) -> str:
    """Return Markdown as the HTML that Wagtail's rich text keeps: paragraphs, lists, bold, italic, links."""
    html = _markdown.render(markdown).replace("strong>", "b>").replace("em>", "i>")
    return nh3.clean(html, tags=ALLOWED_TAGS, attributes={"a": {"href"}}, link_rel=None)


class Converter:
    """Converts the body of one entry for one language."""

    def __init__(self, entry: Entry, language: str, *, picture: Lookup, practice: Lookup) -> None:
        self.entry = entry
        self.language = language
        self.picture = picture
        self.practice = practice

    def body(self, name: str = "body") -> list[dict[str, Any]]:
        """Return the raw stream of the blocks listed under ``name``."""
        blocks = self.entry.data.get(name) or []
        keys = [block.get("key") for block in blocks]
        if None in keys or len(set(keys)) != len(keys):
            raise LoadError(f"{self.entry.file}: every block of «{name}» needs a key of its own")
        return [self._block(block) for block in blocks]

    def _block(self, block: Mapping[str, Any]) -> dict[str, Any]:
        kind = block.get("type") or block.get("kind")
        convert = getattr(self, f"_{kind}", None) if kind in BLOCK_TYPES else None
        if convert is None:
            raise LoadError(f"{self.entry.file}: {block['key']}: there is no block type «{kind}»")
        return {"type": kind, "id": stable_id(*self.entry.keys, block["key"]), "value": convert(block)}

    def _say(self, block: Mapping[str, Any], name: str) -> str:
        return words(block.get(name), self.language, where=f"{self.entry.file}: {block['key']}: {name}")

    def _text(self, block: Mapping[str, Any]) -> Any:
        return self._prompt(block) if "label" in block else rich_text(self._say(block, "text"))

    def _photos(self, block: Mapping[str, Any]) -> dict[str, Any]:
        return self._prompt(block)

    def _prompt(self, block: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "label": self._say(block, "label"),
            "help": self._say(block, "help"),
            "required": bool(block.get("required", True)),
        }

    def _heading(self, block: Mapping[str, Any]) -> str:
        return self._say(block, "text")

    def _quotation(self, block: Mapping[str, Any]) -> dict[str, Any]:
        return {"text": self._say(block, "text"), "source": self._say(block, "source")}

    def _callout(self, block: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "tone": block.get("tone", "note"),
            "title": self._say(block, "title"),
            "text": rich_text(self._say(block, "text")),
        }

    def _picture(self, block: Mapping[str, Any]) -> dict[str, Any]:
        alt = self._say(block, "alt")
        image = {"image": self.picture(block["image"]), "alt_text": alt, "decorative": not alt}
        return {"image": image, "caption": self._say(block, "caption")}

    def _practice(self, block: Mapping[str, Any]) -> dict[str, Any]:
        return {"page": self.practice(block["practice"]), "note": self._say(block, "note")}

    def _checklist(self, block: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "title": self._say(block, "title"),
            "items": [self._item(block, item, {"text": self._say(item, "text")}) for item in block.get("items", ())],
        }

    def _single_choice(self, block: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "prompt": self._say(block, "prompt"),
            "required": bool(block.get("required", True)),
            "options": [self._item(block, option, self._option(option)) for option in block.get("options", ())],
            "explanation": self._say(block, "explanation"),
        }

    _multiple_choice = _single_choice

    def _true_false(self, block: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "prompt": self._say(block, "prompt"),
            "required": bool(block.get("required", True)),
            "answer": TRUE if block.get("answer") else FALSE,
            "feedback_true": self._say(block, "feedback_true"),
            "feedback_false": self._say(block, "feedback_false"),
            "explanation": self._say(block, "explanation"),
        }

    def _option(self, option: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "text": self._say(option, "text"),
            "is_correct": bool(option.get("correct")),
            "feedback": self._say(option, "feedback"),
        }

    def _item(self, block: Mapping[str, Any], item: Mapping[str, Any], value: dict[str, Any]) -> dict[str, Any]:
        return {"type": "item", "id": stable_id(*self.entry.keys, block["key"], item["key"]), "value": value}
