"""The form of a serial number: ``TC-2026-000123-X``, its check character by ISO 7064 MOD 37,36."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def check_character(text: str) -> str:
    """Return the ISO 7064 MOD 37,36 check character of the digits and letters in ``text``; others are passed over."""
    remainder = 36
    for character in text.upper():
        if character not in ALPHABET:
            continue
        remainder = (remainder + ALPHABET.index(character)) % 36 or 36
        remainder = remainder * 2 % 37
    return ALPHABET[(37 - remainder) % 36]


def format_serial(*, prefix: str, year: int, number: int) -> str:
    """Return the serial of the ``number``-th certificate of ``year``.

    >>> format_serial(prefix="TC", year=2026, number=123)[:-1]
    'TC-2026-000123-'
    """
    body = f"{prefix}-{year}-{number:06d}"
    return f"{body}-{check_character(body)}"


def normalise_serial(typed: str) -> str | None:
    """Return the serial that somebody meant, or ``None`` when the check character says it was mistyped."""
    text = "".join(typed.upper().split()).replace("—", "-").replace("－", "-").strip("-")
    body, _, check = text.rpartition("-")
    return text if body and check_character(body) == check else None
