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

        receivers.connect()
        views.register_screens()
