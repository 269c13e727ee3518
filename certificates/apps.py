"""The certificates app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    """See the package's docstring for what this room is for."""

    name = "certificates"
    verbose_name = _("Certificates")
