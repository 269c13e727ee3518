"""Why a sheet was refused: one exception, with a reason that a person can read and a code that code can read."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SheetReason(TextChoices):
    """Codes are stored on a parked certificate; labels are shown to the person who looks after it."""

    MISSING_GLYPH = "missing_glyph", _("A character cannot be printed: no font of ours holds it.")
    GLYPH_SHARED = "glyph_shared", _("Two different characters would print as one and could not be told apart.")
    NAME_EMPTY = "name_empty", _("The name is empty.")
    NAME_TOO_LONG = "name_too_long", _("The name does not fit, even small and on two lines.")
    TEXT_EMPTY = "text_empty", _("A text of the certificate is missing in one of its languages.")
    TEXT_TOO_LONG = "text_too_long", _("A text of the certificate does not fit, even small and on two lines.")
    TOO_MANY_SIGNATORIES = "too_many_signatories", _("A certificate has room for three signatories at most.")
    UNKNOWN_DESIGN = "unknown_design", _("This design of certificate is not known here.")
    MISSING_IMAGE = "missing_image", _("A seal, a signature or another image cannot be found.")
    FONT_ALTERED = "font_altered", _("A font file is missing or is not the one this program was made with.")
    RENDERER_COMPLAINED = "renderer_complained", _("The sheet was drawn with a fault, so it was not kept.")
    MORE_THAN_ONE_PAGE = "more_than_one_page", _("The sheet does not fit on one page.")
    PICTURE_FAILED = "picture_failed", _("No picture could be made from the PDF.")


class SheetError(Exception):
    """A sheet that may not be issued.

    ``reason`` is a :class:`SheetReason`; ``field`` names the part of the data that is at fault, when there is one;
    ``detail`` is for the log and the operator (the character, the renderer's own words), never translated.
    """

    def __init__(self, reason: SheetReason, *, field: str = "", detail: str = "") -> None:
        self.reason = reason
        self.field = field
        self.detail = detail
        super().__init__(": ".join(part for part in (reason.value, field, detail) if part))

    @property
    def message(self) -> str:
        """The reason in the reader's language."""
        return str(self.reason.label)
