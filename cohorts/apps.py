"""The cohorts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CohortsConfig(AppConfig):
    """See the package's docstring for what this room is for."""

    name = "cohorts"
    verbose_name = _("Cohorts")

    def ready(self) -> None:
        """Let the members of a cohort read the course it takes."""
        from cohorts.selectors import may_read_as_member
        from foundation.registries import page_access

        page_access.add("cohorts", may_read_as_member)
