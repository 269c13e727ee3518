"""Tasks that workers run. Arguments are ids only."""

from django.utils import timezone

from courses.services.importing.work import read_document


def read_word_document(pk: int) -> bool:
    """Read the Word document of the import with this id; see ``services.importing.work``."""
    return read_document(pk=pk, now=timezone.now())
