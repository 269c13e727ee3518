"""A QR code as a drawing within the page: no request, no script, sharp at any size."""

from io import BytesIO
from typing import Final

from django.utils.safestring import SafeString, mark_safe

QUIET_ZONE: Final = 4
"""Modules of white on each side, as ISO/IEC 18004 asks. A code on a dark page needs it most."""

INK: Final = "#1c2a26"
PAPER: Final = "#ffffff"
"""A code is dark on light whatever the page's colours are: most phones read no other."""


def qr_drawing(content: str) -> SafeString:
    """Return the code for a text as an SVG element. Decorative: its words or its address always stand beside it."""
    import segno

    target = BytesIO()
    segno.make_qr(content, error="m").save(
        target, kind="svg", border=QUIET_ZONE, dark=INK, light=PAPER, xmldecl=False, svgns=True, omitsize=True, nl=False
    )
    svg = target.getvalue().decode().replace("<svg ", '<svg class="qr" aria-hidden="true" ', 1)
    return mark_safe(svg.replace(' class="segno"', ""))  # noqa: S308  (our own drawing)
