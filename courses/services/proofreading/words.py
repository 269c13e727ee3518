"""The words themselves: names of children, long paragraphs, links that say nothing, and what was left untranslated."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from django.utils.translation import gettext as _

from courses.services.proofreading.findings import Finding, Part

LONGEST_CHINESE, LONGEST_ENGLISH = 220, 130
"""The most characters, or words, of one paragraph on a phone: about a screen and a half."""

SAYS_NOTHING = {
    *("点击这里", "点这里", "点击", "这里", "此处", "链接", "网址", "查看", "详情", "更多"),
    *("click here", "here", "click", "link", "this link", "more", "read more"),
}

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜"
    "崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙史陶黎贺顾毛郝龚邵万覃武钱戴严莫孔向汤"
)
_SURNAME = f"(?<![上下每本一](?=周))[{_SURNAMES}]"
"""周 is no surname in 上周, 下周, 每周, 本周 and 一周."""

_GIVEN = r"(?:(?![我你您他她它们咱])[\u4e00-\u9fff]){1,2}"
"""No pronoun is part of a given name."""

_CHILD = "(?:小朋友|同学|小同学)"
_GRADE = "(?:[一二三四五六七八九]年级|[0-9]年级|班的|学前班)"
_NAMES = (
    re.compile(rf"({_SURNAME}{_GIVEN})(?={_CHILD}|[，,（(]?(?:男|女)?[，,]?[0-9一二三四五六七八九十]+岁|{_GRADE})"),
    re.compile(rf"(?:学生|女孩|男孩|孩子|儿童)({_SURNAME}{_GIVEN})(?=[，。、,.（(说来在是的告写哭]|$)"),
    re.compile(r"\b(?:[Aa] (?:boy|girl|child|pupil|student)|[Tt]he (?:boy|girl|child)) (?:called|named) ([A-Z][a-z]+)"),
    re.compile(r"\b([A-Z][a-z]+ [A-Z][a-z]+),? (?:aged|who is) (?:\d|1\d)\b"),
)
_PLAIN = (
    *("张三", "李四", "王五", "小明", "小红"),
    *("高年级", "高兴", "任何", "任务", "方便", "方法", "何种", "于是", "万一", "许多", "许愿", "向全", "向其", "向老"),
    *(
        "马上",
        "白天",
        "周他",
        "周她",
        "石头",
        "田里",
        "叶子",
        "夏天",
        "夏令",
        "付出",
        "江边",
        "顾虑",
        "余下",
        "常常",
        "钱款",
        "金额",
        "雷雨",
    ),
)
"""Sample names that name nobody, and words that begin as a surname does."""

_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_QUOTED = re.compile(r"[“”\"《》（）()][^“”\"《》（）()]{0,40}[“”\"《》（）()]")


def names(part: Part) -> Iterator[Finding]:
    """Yield a warning for each name that looks like a child's. It never blocks: only the author knows."""
    found = (match[1] for text in part.texts for pattern in _NAMES for match in pattern.finditer(text))
    for name in dict.fromkeys(found):
        if not name.startswith(_PLAIN):
            sentence = _(
                "“%(name)s” may be a child's name. Children are never named here: "
                "write “a boy in year four”, for example."
            )
            yield Finding("name_of_child", sentence % {"name": name}, block=part.block)


def long_paragraphs(part: Part) -> Iterator[Finding]:
    """Yield a finding when a paragraph fills more than a screen and a half of a phone."""
    for text in part.texts:
        if len(_HAN.findall(text)) > LONGEST_CHINESE or len(text.split()) > LONGEST_ENGLISH:
            sentence = _("The paragraph “%(start)s…” is very long for a phone. Two or three short ones are read more.")
            yield Finding("long_paragraph", sentence % {"start": text[:12]}, block=part.block)


def links(part: Part) -> Iterator[Finding]:
    """Yield what is wrong with the links of a part."""
    for html in part.html:
        for link in BeautifulSoup(html, "html.parser").find_all("a"):
            yield from _link(str(link.get("href") or ""), link.get_text(strip=True), part.block)


def _link(address: str, text: str, block: str) -> Iterator[Finding]:
    if urlsplit(address).scheme == "http":
        sentence = _("The link “%(text)s” is not encrypted (http). Use https, or leave it out.")
        yield Finding("link_not_encrypted", sentence % {"text": text}, block=block)
    if text.strip("。.！!>》 ").lower() in SAYS_NOTHING:
        sentence = _("A link is called “%(text)s”. Say where it leads: some readers hear links one by one.")
        yield Finding("link_says_nothing", sentence % {"text": text}, block=block)


def untranslated(part: Part, language: str) -> Iterator[Finding]:
    """Yield a finding for a text that seems to be in another language than the page."""
    for text in part.texts:
        bare = _QUOTED.sub("", text)
        han, latin = len(_HAN.findall(bare)), len(_LATIN.findall(bare))
        is_left = han > 8 and han > latin if language == "en" else latin > 40 and han == 0
        if is_left and "://" not in text:
            sentence = _("“%(start)s…” seems to be left untranslated.") % {"start": text[:16]}
            yield Finding("untranslated", sentence, block=part.block)
            return
