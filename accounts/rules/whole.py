"""What is published is whole: nothing required is missing, in the fields of a page nor in the blocks of its text.

Wagtail asks the editor's form for that, and only the form. Approving, publishing many at once and the clock save the
page without it: they would stop with an error at a missing field, and put an unfinished question before learners.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils.translation import gettext as _
from wagtail.fields import StreamField

from foundation.refusals import Refused


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


def require_whole(draft: Any) -> None:
    """Raise ``Refused`` (422) with the names of the fields when the draft cannot be published as it stands."""
    if lacking := what_lacks(draft):
        sentence = _(
            "Not published, because something required is still missing in “%(title)s”: %(fields)s. "
            "Open it and press Publish or Submit: the editor then shows each place."
        )
        raise Refused("unfinished", sentence % {"title": draft, "fields": " · ".join(lacking)}, status=422)


def _is_whole(field: StreamField, draft: Any) -> bool:
    try:
        field.stream_block.clean(getattr(draft, field.name))
    except ValidationError:
        return False
    return True
