"""The home app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    """See the package's docstring for what this room is for."""

    name = "home"
    verbose_name = _("Front door")
