"""Reading what people type as they mean it: width, case, spaces and punctuation apart, a number in any common writing.

The same two functions stand in ``static/js/questions.js``, for the reply at once on the phone;
``tests/courses/typed_cases.json`` is the table that both must pass. The server's judgement is the one that counts.
"""

import re
import unicodedata
from decimal import Decimal

LONGEST_TYPED = 200
"""How many characters of a typed answer are kept; a short text is a word or two."""

_KEPT = "LNMS"
"""Letters, numbers, marks and signs (+, =, °) make a word another; punctuation, spaces and invisible marks do not."""

_FULL_STOP_AND_MINUS = str.maketrans({"。": ".", "−": "-", "–": "-"})


def fold(text: str) -> str:
    """Return ``text`` in the form in which two answers are the same: ``Ｌｅｔｔｅｒ－ｂｏｘ！`` and ``letter box`` are.

    Traditional and simplified characters stay apart: an author who accepts both writes both. Case goes by way of
    capitals, which is casefolding that browsers can do too.
    """
    even = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper().lower())
    kept = "".join(character for character in even if unicodedata.category(character)[0] in _KEPT)
    return unicodedata.normalize("NFKC", kept)  # an accent that stood on a space now stands on a letter


def read_number(text: str) -> Decimal | None:
    """Return the one number that ``text`` says, or ``None`` when it says none or several: ``１，２００ 元`` is 1200.

    Digits may be of full width, and a unit may stand beside the number. A comma parts thousands where it can
    (``1,200``) and is a decimal one elsewhere (``3,5``, ``0,125``).
    """
    plain = unicodedata.normalize("NFKC", text).translate(_FULL_STOP_AND_MINUS)
    found = re.findall(r"[+-]?[0-9.,]*[0-9]", plain)
    written = _with_point(found[0]) if len(found) == 1 else ""
    return Decimal(written) if re.fullmatch(r"[+-]?[0-9]*\.?[0-9]+", written) else None


def _with_point(number: str) -> str:
    """Return ``number`` without what parts its thousands and with a point before its fraction."""
    last = max(number.rfind("."), number.rfind(","))
    if "." in number and "," in number:
        whole, fraction = number[:last], "." + number[last + 1 :]
    elif re.fullmatch(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+|[+-]?[1-9][0-9]{0,2}(\.[0-9]{3}){2,}", number):
        whole, fraction = number, ""
    else:
        return number.replace(",", ".")
    return re.sub("[.,]", "", whole) + fraction if _is_parted(whole) else ""


def _is_parted(whole: str) -> bool:
    return bool(re.fullmatch(r"[+-]?[0-9]{1,3}(([.,])[0-9]{3}(\2[0-9]{3})*)?", whole))
