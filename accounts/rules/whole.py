"""What is published is whole: nothing required is missing, and nothing that every reader needs.

Wagtail asks the editor's form for what is required, and only the form. Approving, publishing many at once, dates and
the admin's API save the page without it: they would stop with an error at a missing field, and put an unfinished
question before learners. What readers need beyond that (words for a picture, a transcript) the rooms above say.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils.translation import gettext as _
from wagtail.fields import StreamField

from foundation.refusals import Refused
from foundation.registries import what_must_be_mended

TOLD = 3
"""How many things to mend are told at once; the panel "For the reader" shows all."""


def what_lacks(draft: Any) -> list[str]:
    """Return the names of the fields of a draft in which something required is missing or does not hold."""
    fields = [field for field in draft._meta.get_fields() if isinstance(field, Field)]
    faulty = {field.name for field in fields if isinstance(field, StreamField) and not _is_whole(field, draft)}
    try:
        draft.full_clean()
    except ValidationError as error:
        faulty |= set(getattr(error, "error_dict", {"": error}))
    names = [str(field.verbose_name) for field in fields if field.name in faulty]
    return names or [str(draft._meta.verbose_name) for _name in faulty][:1]


def why_not_whole(draft: Any) -> str:
    """Return why the draft cannot be published as it stands, in sentences; empty when it is whole."""
    sentences = []
    if lacking := what_lacks(draft):
        sentence = _(
            "Not published, because something required is still missing in “%(title)s”: %(fields)s. "
            "Open it and press Publish or Submit: the editor then shows each place."
        )
        sentences.append(sentence % {"title": draft, "fields": " · ".join(lacking)})
    mended = list(dict.fromkeys(said for find in what_must_be_mended for said in find(draft)))[:TOLD]
    if mended and not sentences:
        sentences.append(_("“%(title)s” is not published before something is mended.") % {"title": draft})
    return " ".join([*sentences, *mended])


def require_whole(draft: Any) -> None:
    """Raise ``Refused`` (422) with the reason when the draft cannot be published as it stands."""
    if reason := why_not_whole(draft):
        raise Refused("unfinished", reason, status=422)


def _is_whole(field: StreamField, draft: Any) -> bool:
    try:
        field.stream_block.clean(getattr(draft, field.name))
    except ValidationError:
        return False
    return True
