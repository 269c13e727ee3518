"""Which part of a document goes into which field of a practice, by its heading."""

import re
from dataclasses import dataclass, field

from courses.services.importing.blocks import Block
from courses.services.importing.inline import words_only

RICH_FIELDS = {
    "problem": {"问题", "存在的问题", "遇到的问题", "起因", "缘起", "problem", "the problem", "what was not right"},
    "context": {"背景", "学校背景", "学校情况", "学校概况", "情境", "context", "background", "our school"},
    "risks": {"风险", "风险与儿童保护", "风险和儿童保护", "儿童保护", "注意事项", "安全", "risks", "child protection"}
    | {"risks and child protection", "take care", "safeguarding"},
    "suits": {"适用", "适合谁", "适用对象", "适用范围", "适用学校", "who it suits", "suits", "for whom"},
    "evidence": {"效果", "成效", "变化", "证据", "evidence", "results", "effects", "effect", "what changed"},
    "sources": {"来源", "参考资料", "参考文献", "资料来源", "sources", "references"},
}
PLAIN_FIELDS = {
    "people": ({"人员", "人手", "谁来做", "所需人员", "people", "who does it", "people needed"}, 120),
    "effort": ({"时间", "所需时间", "用时", "time", "time needed", "effort"}, 80),
}
"""Fields of one line, with their names in documents and their longest length."""

_NUMBER = re.compile(r"^[\s(（]*(?:第?[一二三四五六七八九十百\d]+[章节部分]*)[\s.、．)）:：]+")


@dataclass
class Sorted:
    """The fields of a practice, what remains as its body, and which heading led to which field."""

    fields: dict[str, str] = field(default_factory=dict)
    body: list[Block] = field(default_factory=list)
    headings: list[tuple[str, str]] = field(default_factory=list)


def sorted_into_fields(body: list[Block]) -> Sorted:
    """Return the body divided by its headings. What a field cannot hold, such as a picture, stays in the body."""
    result = Sorted()
    for heading, parts in _sections(body):
        name = field_of(heading["value"]) if heading else ""
        words = [part for part in parts if part["type"] == "text"]
        said = "".join(part["value"] for part in words)
        if not name or not words or not _fits(name, said, result.fields):
            result.body += [heading, *parts] if heading else parts
            continue
        result.fields[name] = result.fields.get(name, "") + (said if name in RICH_FIELDS else words_only(said))
        result.headings.append((heading["value"] if heading else "", name))
        if rest := [part for part in parts if part["type"] != "text"]:
            result.body += [heading, *rest] if heading else rest
    return result


def field_of(heading: str) -> str:
    """Return the name of the field that a heading means, or nothing."""
    plain = _NUMBER.sub("", heading).strip().strip("：:。.").strip().lower()
    names = RICH_FIELDS | {name: words for name, (words, _longest) in PLAIN_FIELDS.items()}
    return next((name for name, words in names.items() if plain in words), "")


def _fits(name: str, said: str, known: dict[str, str]) -> bool:
    return name in RICH_FIELDS or (name not in known and len(words_only(said)) <= PLAIN_FIELDS[name][1])


def _sections(body: list[Block]) -> list[tuple[Block | None, list[Block]]]:
    sections: list[tuple[Block | None, list[Block]]] = [(None, [])]
    for part in body:
        if part["type"] == "heading":
            sections.append((part, []))
        else:
            sections[-1][1].append(part)
    return [section for section in sections if section[0] or section[1]]
