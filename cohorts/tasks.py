"""Tasks that workers run. Arguments are ids only."""

from django.utils import timezone

from cohorts.services import voices
from cohorts.services.progress import refresh_after_edit as refresh
from cohorts.services.roster import work
from courses.models import LessonVersion


def refresh_after_edit(version_id: int) -> int:
    """Count the learners of an edited lesson anew; running twice changes nothing."""
    return refresh(version=LessonVersion.objects.get(pk=version_id), at=timezone.now())


def import_people(pk: int) -> bool:
    """Take in the list of people with this id; see ``services.roster``."""
    return work.import_people(pk=pk, now=timezone.now())


def convert_voice(pk: int) -> bool:
    """Convert the voice note with this id; see ``services.voices``."""
    return voices.convert_voice(pk=pk, now=timezone.now())
