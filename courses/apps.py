"""The courses app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    """See the package's docstring for what this room is for."""

    name = "courses"
    verbose_name = _("Courses")
