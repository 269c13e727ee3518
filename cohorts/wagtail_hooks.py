"""Deleting and unpublishing pages in the admin: what a cohort was promised stays, and the refusal says so in words."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from cohorts.models import Cohort
from foundation.keeping import among_or_below, keep_pages, keep_published, named


def cohorts_that_require(pages: Sequence[Page]) -> list[str]:
    """Return the names of running cohorts that require a lesson or assignment among or below ``pages``."""
    below = Page.objects.filter(among_or_below(pages))
    keys = {str(key) for key in below.values_list("translation_key", flat=True)}
    running = Cohort.objects.filter(ends_on__gte=timezone.localdate()).select_related("requirements")
    return [c.name for c in running if keys & {*c.requirements.lessons, *c.requirements.assignments}]


def why_courses_stay(pages: Sequence[Page]) -> str:
    """Say which cohorts take or took a course among or below ``pages``."""
    taken = Cohort.objects.filter(among_or_below(pages, "course__path"))
    names = list(taken.values_list("name", flat=True)) or cohorts_that_require(pages)
    sentence = _(
        "Not deleted, because cohorts take this course or took it, with their learning records and certificates: "
        "%(names)s. Unpublish the page instead: it is then no longer shown, and nothing that was earned is lost."
    )
    return sentence % {"names": named(names)} if names else ""


def why_steps_stay_published(pages: Sequence[Page]) -> str:
    """Say which running cohorts still need a lesson or assignment among or below ``pages`` for finishing."""
    names = cohorts_that_require(pages)
    sentence = _("Not unpublished, because running cohorts need it for finishing the course: %(names)s.")
    return sentence % {"names": named(names)} if names else ""


keep_pages(why_courses_stay)
keep_published(why_steps_stay_published)
