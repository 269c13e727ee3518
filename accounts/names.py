"""Names of people: how they sort, and how they are shown when only part may be shown."""

import unicodedata
from functools import lru_cache
from typing import Any

from django.db.models import Model
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext as _

from accounts.enums import SiteGroup

SURNAME_READINGS = {
    "曾": "zeng",
    "单": "shan",
    "仇": "qiu",
    "解": "xie",
    "查": "zha",
    "盖": "ge",
    "区": "ou",
    "任": "ren",
    "朴": "piao",
    "尉迟": "yu chi",
    "万俟": "mo qi",
    "长孙": "zhang sun",
    "乐": "yue",
    "华": "hua",
    "纪": "ji",
    "秘": "bi",
    "缪": "miao",
    "冼": "xian",
    "翟": "zhai",
    "种": "chong",
    "员": "yun",
}
"""Readings that a character has only as a surname; libraries give its everyday reading."""

REVIEW = "审核 Review"
"""The name of the review in its row: in both languages, for whoever reads the database."""
SPOKEN_REVIEW = (REVIEW, "审核", "Review")


def tidy_name(name: str) -> str:
    """Return ``name`` in NFC, without control characters, with single inner spaces and the middle dot U+00B7."""
    text = unicodedata.normalize("NFC", name)
    for dot in "•‧∙⋅・･．":
        text = text.replace(dot, "·")
    text = "".join(c for c in text if unicodedata.category(c)[0] != "C")
    return " ".join(text.split())


@lru_cache(maxsize=4096)
def sort_key_of(name: str, surname_reading: str = "") -> str:
    """Return the key by which ``name`` sorts among others: pinyin with tone numbers, then the name itself.

    ``surname_reading`` is how this person's surname is read, a syllable for each of its characters; it stands over
    the table and over the library.

    >>> sort_key_of("曾国兴") < sort_key_of("赵敏")
    True
    """
    if not name:
        return ""
    from pypinyin import Style, lazy_pinyin

    surname = next((s for s in (name[:2], name[:1]) if s in SURNAME_READINGS), "")
    readings = [SURNAME_READINGS[surname]] if surname else []
    if surname_reading:
        surname, readings = name[: len(surname_reading.split())], [surname_reading]
    readings += lazy_pinyin(name[len(surname) :], style=Style.TONE3, neutral_tone_with_five=True)
    return f"{' '.join(readings).casefold()} {name}"[:200]


def mask_name(name: str) -> str:
    """Return the name with all but its first part hidden, as shown to strangers: 唐** or "Maria ***"."""
    words = name.split()
    if not words:
        return ""
    if len(words) > 1:
        return f"{words[0]} ***"
    return name[0] + "**"


def spoken_group(name: str) -> str:
    """Return the name of a group in the reader's language; a group that somebody made has one name only."""
    return str(SiteGroup(name).label) if name in SiteGroup.values else name


class ReviewName(DeferredAttribute):
    """The name of the review, of its one step too, as Wagtail's screens read it from the row: in the reader's language.

    Wagtail has one name for everybody in the row. Whichever of the words stands there means the review; other reviews
    that somebody makes have one name only.
    """

    def __get__(self, instance: Any, cls: type | None = None) -> Any:
        """Return the name to show."""
        name = super().__get__(instance, cls)
        return _("Review") if name == REVIEW else name

    def __set__(self, instance: Any, name: str) -> None:
        """Keep what was loaded or typed; a form hands back the word that it showed."""
        instance.__dict__[self.field.attname] = REVIEW if name in SPOKEN_REVIEW else name


def speak_review_names(*models: type[Model]) -> None:
    """Let these models of Wagtail tell the review's name in the reader's language; the row keeps its one."""
    for model in models:
        field: Any = model._meta.get_field("name")
        model.name = ReviewName(field)  # type: ignore[attr-defined]
        field.pre_save = lambda instance, add, key=field.attname: instance.__dict__[key]


def spoken_roles(person: Any) -> str:
    """Return the groups of a person in the reader's language, and whether they may do everything."""
    everything = [_("Everything")] if person.is_superuser else []
    return " · ".join([*everything, *(spoken_group(group.name) for group in person.groups.all())])
