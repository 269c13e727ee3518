"""Words as a database's full-text index can find them, Chinese included.

Neither SQLite's nor PostgreSQL's index knows where a Chinese word begins, so a substring is not found (measured: stock
search gets 14 of 15 Chinese queries wrong). Here a text is a sequence of *units*: each Han character is one, each word
of letters or digits is one, folded and stemmed. What is indexed are pairs of neighbouring units; a phrase of pairs is
found exactly where the units stand beside each other. Single units stand in the index too, for queries of one unit.

Every token is ASCII, begins with a letter and holds a digit, so that no tokenizer, stemmer or list of stop words
changes it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

import snowballstemmer
from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PINYIN_DICT

HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_UNIT = re.compile(rf"[{HAN}]|[^\W_{HAN}]+")
_BREAK = re.compile(r"[^\w]+")
LONGEST_WORD = 40  # characters; a longer word is cut, in the index as in the query
MOST_READINGS = 4  # ways to read a run of letters as pinyin, for example xian: xian, xi an

_stemmer = snowballstemmer.stemmer("english")


def folded(text: str) -> str:
    """Return ``text`` in half width and in one case, a character for a character where it can be."""
    return unicodedata.normalize("NFKC", text).casefold()


def units(text: str) -> list[str]:
    """Return the units of ``text``: Han characters one by one, words of letters or digits stemmed."""
    return [_unit(found) for found in _UNIT.findall(folded(text))]


@lru_cache(maxsize=20_000)
def _unit(word: str) -> str:
    word = word[:LONGEST_WORD]
    return str(_stemmer.stemWord(word)) if word.isascii() and word.isalpha() else word


def terms(query: str) -> list[str]:
    """Return the terms of a query: what stands between spaces and punctuation. Each must be found."""
    return [term for part in folded(query).split() for term in _BREAK.split(part) if units(term)]


def cuts(sequence: Sequence[str], pieces: int) -> Iterator[list[Sequence[str]]]:
    """Yield every way to cut ``sequence`` into so many pieces of two units or more."""
    if pieces == 1:
        yield [sequence]
        return
    for end in range(2, len(sequence) - 2 * (pieces - 1) + 1):
        yield from ([sequence[:end], *rest] for rest in cuts(sequence[end:], pieces - 1))


def singles(sequence: Iterable[str], *, mark: str = "s") -> Iterator[str]:
    """Yield the token of each unit by itself."""
    return (f"{mark}0{_code(unit)}" for unit in sequence)


def pairs(sequence: Sequence[str], *, mark: str = "p") -> Iterator[str]:
    """Yield the token of each two neighbouring units."""
    return (f"{mark}0{_code(a)}z0{_code(b)}" for a, b in pairwise(sequence))


def tokens(sequence: Sequence[str], *, mark: str = "") -> str:
    """Return all tokens of a text, to be indexed: pairs in order, then single units once each."""
    single, pair = (f"{mark}s", f"{mark}p") if mark else ("s", "p")
    return " ".join([*pairs(sequence, mark=pair), *singles(dict.fromkeys(sequence), mark=single)])


def phrase(sequence: Sequence[str], *, mark: str = "") -> str:
    """Return the tokens of which a query's units make a phrase: the single one, or the pairs in order."""
    single, pair = (f"{mark}s", f"{mark}p") if mark else ("s", "p")
    return " ".join(pairs(sequence, mark=pair) if len(sequence) > 1 else singles(sequence, mark=single))


def _code(unit: str) -> str:
    return unit if unit.isascii() else "".join(f"u{ord(character):x}" for character in unit)


def pinyin(text: str) -> list[str]:
    """Return the syllables of the Han characters in ``text``, without tones: 谈心 → tan, xin."""
    return [
        syllable
        for run in re.findall(rf"[{HAN}]+", folded(text))
        for syllable in lazy_pinyin(run, style=Style.NORMAL, errors="ignore")
    ]


@lru_cache(maxsize=1)
def _syllables() -> frozenset[str]:
    """Every syllable that some Han character has, without tones."""
    marks = dict.fromkeys(map(ord, "\u0304\u0301\u030c\u0300\u0302"))
    readings = {reading for readings in PINYIN_DICT.values() for reading in readings.split(",")}
    plain = {unicodedata.normalize("NFD", reading).translate(marks) for reading in readings}
    typed = {unicodedata.normalize("NFC", syllable).replace("ü", "v") for syllable in plain}
    return frozenset(syllable for syllable in typed if syllable.isascii() and set(syllable) & set("aeiouv"))


def readings(word: str) -> list[list[str]]:
    """Return the ways to read ``word`` as whole pinyin syllables, fewest syllables first; none when it is no pinyin."""
    if not (word.isascii() and word.isalpha()) or len(word) > LONGEST_WORD:
        return []
    ways: list[list[list[str]]] = [[[]], *([] for _ in word)]
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            if word[start:end] in _syllables():
                ways[end] += [[*way, word[start:end]] for way in ways[start]]
        ways[end] = sorted(ways[end], key=len)[:MOST_READINGS]
    return ways[-1]
