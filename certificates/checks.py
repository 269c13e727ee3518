"""What must be true of this machine before certificates can be drawn."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from certificates.rendering import verify_fonts


@register()
def fonts_are_ours(**_: Any) -> list[CheckMessage]:
    """Refuse to start with a font file that is missing or is not the one that was chosen: a name could vanish."""
    return [
        Error(f"Certificate font: {fault}", hint="Restore static/fonts from the repository.", id="certificates.E001")
        for fault in verify_fonts()
    ]
