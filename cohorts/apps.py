"""The cohorts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CohortsConfig(AppConfig):
    """See the package's docstring for what this room is for."""

    name = "cohorts"
    verbose_name = _("Cohorts")
