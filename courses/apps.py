"""The courses app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    """See the package's docstring for what this room is for."""

    name = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        """Listen to what is published, and say what the pages of this room show."""
        from courses import receivers, views
        from courses.models import WordImport
        from courses.selectors.practice_drafts import door_of_author
        from courses.services.importing.work import sweep_imports
        from courses.services.proofreading import sentences_to_mend
        from foundation import registries

        receivers.connect()
        views.register_screens()
        registries.what_must_be_mended.add("proofreading", sentences_to_mend)
        registries.page_doors.add("practices written in the short form", door_of_author)
        registries.work_models.add("word imports", WordImport)
        registries.sweepers.add("word imports", sweep_imports)
