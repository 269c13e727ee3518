"""Tasks that workers run. Arguments are ids only."""

from django.utils import timezone

from certificates.services.render import render_certificate as draw


def render_certificate(pk: int) -> bool:
    """Draw the certificate with this id; see ``services.render``."""
    return draw(pk=pk, now=timezone.now())
