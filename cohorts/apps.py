"""The cohorts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CohortsConfig(AppConfig):
    """See the package's docstring for what this room is for."""

    name = "cohorts"
    verbose_name = _("Cohorts")

    def ready(self) -> None:
        """Let members read their course, tell authors what readers fetch and miss, listen to what is published."""
        from cohorts import receivers
        from cohorts.api import state_of_guest
        from cohorts.models import PeopleImport, SubmissionRecording
        from cohorts.selectors import courses_of_member, may_read_as_member, questions_most_missed
        from cohorts.services.clearing import sweep_submissions
        from cohorts.services.counting import sweep_reviews
        from cohorts.services.roster.work import sweep_imports
        from cohorts.services.summaries import sweep_summaries
        from cohorts.services.voices import sweep_voices
        from cohorts.views.sheets import sheet_of
        from foundation.registries import (
            bundled_pages,
            missed_questions,
            page_access,
            readable_courses,
            reader_requests,
            sweepers,
            work_models,
        )

        page_access.add("cohorts", may_read_as_member)
        readable_courses.add("cohorts", courses_of_member)
        bundled_pages.add("cohorts", sheet_of)
        reader_requests.add("cohorts", state_of_guest)
        missed_questions.add("cohorts", questions_most_missed)
        work_models.add("voices", SubmissionRecording)
        work_models.add("people", PeopleImport)
        sweepers.add("people", sweep_imports)
        sweepers.add("voices", sweep_voices)
        sweepers.add("submissions", sweep_submissions)
        sweepers.add("reviews", sweep_reviews)
        sweepers.add("summaries", sweep_summaries)
        receivers.connect()
