"""The foundation app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FoundationConfig(AppConfig):
    """Upload pipeline, own image and document models, work rows and leases, audit log, registries."""

    name = "foundation"
    verbose_name = _("Foundation")

    def ready(self) -> None:
        """Fill the registries with what the foundation itself offers."""
        from foundation import checks, health  # noqa: F401  (registers system checks)
        from foundation.models import Recording
        from foundation.registries import sweepers, work_models
        from foundation.services.audit import seal_audit_lines
        from foundation.services.recordings import sweep_recordings

        health.register()
        sweepers.add("audit log", seal_audit_lines)
        sweepers.add("recordings", sweep_recordings)
        work_models.add("recordings", Recording)
