"""What follows from things that happen in Wagtail."""

from typing import Any

from django.utils import timezone
from wagtail.signals import page_published

from courses.models import LessonPage
from courses.services.versions import record_version


def connect() -> None:
    """Listen; called from ``AppConfig.ready``."""
    page_published.connect(version_published_lesson, sender=LessonPage, dispatch_uid="courses.version")


def version_published_lesson(instance: LessonPage, **_: Any) -> None:
    """Keep a version of each lesson that is published, so that answers to it can always be graded."""
    record_version(lesson=instance, at=timezone.now())
