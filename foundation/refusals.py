"""How an operation says no: a code for programs, a status for HTTP and a sentence for the reader."""

from typing import Any


class Refused(Exception):  # noqa: N818  (a refusal is an answer, not a fault)
    """The operation was not done. ``sentence`` says what happened, what was kept and what to do; it is lazy text."""

    def __init__(self, code: str, sentence: Any, *, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.status = status

    def __str__(self) -> str:
        return str(self.sentence)
