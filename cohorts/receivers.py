"""What follows here from things that happen in rooms below."""

from datetime import datetime
from typing import Any

from django_q.tasks import async_task

from cohorts.models import LessonProgress
from courses.models import LessonVersion
from courses.signals import lesson_version_recorded

REFRESH_TASK = "cohorts.tasks.refresh_after_edit"


def connect() -> None:
    """Listen; called from ``AppConfig.ready``."""
    lesson_version_recorded.connect(refresh_learners, dispatch_uid="cohorts.version")


def refresh_learners(version: LessonVersion, at: datetime, **_: Any) -> None:
    """Have the learners of an edited lesson counted anew, in the background: there may be hundreds."""
    if LessonProgress.objects.filter(lesson_key=version.translation_key).exists():
        async_task(REFRESH_TASK, version.pk)
