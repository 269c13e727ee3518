"""The certificates app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    """See the package's docstring for what this room is for."""

    name = "certificates"
    verbose_name = _("Certificates")

    def ready(self) -> None:
        """Listen to completions, and offer what lower rooms ask for through the registries."""
        from certificates import checks, receivers  # noqa: F401  (registers system checks)
        from certificates.models import Certificate
        from certificates.rendering import missing_glyphs
        from foundation import registries

        receivers.connect()
        registries.work_models.add("certificates", Certificate)
        registries.sweepers.add("certificates", receivers.sweep_missing)
        registries.unprintable_characters.add("certificates", missing_glyphs)
