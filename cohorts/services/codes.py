"""Join codes that can be read out on the phone."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, 1, I, L and O, which are mistaken for one another."""

LENGTH = 8


def new_join_code() -> str:
    """Return a random code of eight characters: 31^8, about 8·10^11, so that guessing one finds nothing."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
