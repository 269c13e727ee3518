"""Which column of a list is what: proposed from the words above it, whatever their order. Pure."""

import unicodedata
from collections.abc import Sequence
from typing import Final

NAME, PHONE, SCHOOL, REGION = "name", "phone", "school", "region"
FIELDS: Final = (NAME, PHONE, SCHOOL, REGION)
REQUIRED: Final = (NAME, PHONE)

SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    NAME: ("姓名", "名字", "学员姓名", "校长姓名", "教师姓名", "真实姓名", "学员", "name", "full name", "fullname"),
    PHONE: (
        *("手机", "手机号", "手机号码", "电话", "电话号码", "联系电话", "联系方式", "移动电话", "联系手机"),
        *("mobile", "mobile number", "mobile phone", "phone", "phone number", "cell", "tel", "telephone"),
    ),
    SCHOOL: ("学校", "学校名称", "单位", "工作单位", "所在学校", "任职学校", "school", "school name", "organisation"),
    REGION: ("省", "省份", "地区", "省市", "省区", "所在省", "所在地区", "所在省份", "地址", "province", "region"),
}
_BY_WORD: Final = {word: field for field, words in SYNONYMS.items() for word in words}


def field_of(title: str) -> str:
    """Return the field that a column's title names, or nothing: 姓　名, 手机号（必填） and *Phone: are understood."""
    text = unicodedata.normalize("NFKC", title).casefold().partition("(")[0]
    words = " ".join("".join(c if c.isalnum() else " " for c in text).split())
    whole = _BY_WORD.get(words) or _BY_WORD.get(words.replace(" ", ""), "")
    return whole or next((_BY_WORD[part] for part in words.split() if part in _BY_WORD and "/" in text), "")


def propose(header: Sequence[str]) -> dict[str, int]:
    """Return, for each field that some column names, the first such column by its place from 0."""
    proposed: dict[str, int] = {}
    for place, title in enumerate(header):
        if field := field_of(title):
            proposed.setdefault(field, place)
    return proposed
