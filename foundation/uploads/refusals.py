"""Why a file is not taken, in a sentence that says what happened, what was kept and what to do."""

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: A size in words, in the language of whoever reads it. Takes bytes.
lazy_size = lazy(filesizeformat, str)


class RefusalCode(StrEnum):
    """The machine-readable reason, stable for the API and for tests."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    WRONG_KIND = "wrong_kind"
    NAME_MISMATCH = "name_mismatch"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    TOO_MANY_PIXELS = "too_many_pixels"
    ANIMATED = "animated"
    TOO_MANY_PAGES = "too_many_pages"
    PROTECTED = "protected"
    UNSAFE_ARCHIVE = "unsafe_archive"
    SOUND_CUT_OFF = "sound_cut_off"
    SOUND_TOO_LONG = "sound_too_long"
    TOO_MANY_ROWS = "too_many_rows"
    NO_TABLE = "no_table"


#: HTTP status for each code; whatever is not named here is 422, a file of the right kind that cannot be used.
_STATUSES: Final[dict[RefusalCode, int]] = {
    RefusalCode.EMPTY: 400,
    RefusalCode.TOO_LARGE: 413,
    RefusalCode.WRONG_KIND: 415,
    RefusalCode.NAME_MISMATCH: 415,
}

_SENTENCES: Final[dict[RefusalCode, "_StrPromise"]] = {
    RefusalCode.EMPTY: _(
        "This file is empty, so nothing was added. Everything else you entered is kept. Please choose the file again."
    ),
    RefusalCode.TOO_LARGE: _(
        "This file is larger than {limit}, so it was not added. Everything else you entered is kept. "
        "Please choose a smaller file."
    ),
    RefusalCode.WRONG_KIND: _(
        "This kind of file cannot be added here. Everything else you entered is kept. "
        "Please choose one of these: {accepted}."
    ),
    RefusalCode.NAME_MISMATCH: _(
        "This file is not what its name says (.{extension}), so it was not added. Everything else you entered is kept. "
        "Please open it, save it again as .{extension} and choose it once more."
    ),
    RefusalCode.TRUNCATED: _(
        "This picture is incomplete: its end is missing, so it was not added. Everything else you entered is kept. "
        "Please choose it again, or take a new one."
    ),
    RefusalCode.DAMAGED: _(
        "This file is damaged and cannot be read, so it was not added. Everything else you entered is kept. "
        "Please choose it again, or choose another one."
    ),
    RefusalCode.TOO_MANY_PIXELS: _(
        "This picture has more than {limit} million pixels, so it was not added. Everything else you entered is kept. "
        "Please make it smaller, or take a photo with the phone's camera instead."
    ),
    RefusalCode.ANIMATED: _(
        "This is a moving picture, so it was not added. Everything else you entered is kept. "
        "Please choose a still picture."
    ),
    RefusalCode.TOO_MANY_PAGES: _(
        "This document has more than {limit} pages, so it was not added. Everything else you entered is kept. "
        "Please divide it into smaller parts."
    ),
    RefusalCode.PROTECTED: _(
        "This document is locked with a password, so it was not added. Everything else you entered is kept. "
        "Please save it without a password and choose it again."
    ),
    RefusalCode.UNSAFE_ARCHIVE: _(
        "This document contains something that cannot be accepted safely (a macro, or contents of an unusual size), "
        "so it was not added. Everything else you entered is kept. Please save it again without macros, or as PDF."
    ),
    RefusalCode.SOUND_CUT_OFF: _(
        "This recording is incomplete: its end is missing, so it was not added. Everything else you entered is kept. "
        "Please send it from the phone once more and choose it again."
    ),
    RefusalCode.SOUND_TOO_LONG: _(
        "This recording is longer than {limit} minutes, so it was not added. Everything else you entered is kept. "
        "Please record it in shorter parts."
    ),
    RefusalCode.TOO_MANY_ROWS: _(
        "This table has more than {limit} rows, so nothing was read. Everything else you entered is kept. "
        "Please divide it into several files."
    ),
    RefusalCode.NO_TABLE: _(
        "There is no list of people in this file: no row names its columns. Everything else you entered is kept. "
        "Please write “name” and “mobile number” above the columns, save the file and choose it once more."
    ),
}


class UploadRefused(ValidationError):  # noqa: N818 - a refusal is an answer, not an error of ours
    """A file that is not taken.

    A ``ValidationError``, so that a form field shows it without further work. ``code`` is a :class:`RefusalCode`,
    ``message`` a complete lazy sentence, ``status`` the HTTP status for an API. The sentence promises that the rest of
    the input is kept: a caller has to render its form bound, or keep the draft.
    """

    code: RefusalCode

    def __init__(self, code: RefusalCode, **details: object) -> None:
        """Build the sentence for ``code``; ``details`` fill its placeholders and may be lazy themselves."""
        super().__init__(format_lazy(_SENTENCES[code], **details), code=code)
        self.status: int = _STATUSES.get(code, 422)
