"""What must be true of this machine before certificates can be drawn."""

import re
from typing import Any

from django.conf import settings
from django.core import checks

from certificates.rendering import verify_fonts

ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+")
"""Scheme and host, with a port if need be. A path or a slash at the end would spoil every QR code for ever."""


@checks.register()
def fonts_are_ours(**_: Any) -> list[checks.CheckMessage]:
    """Refuse to start with a font file that is missing or is not the one that was chosen: a name could vanish."""
    return [
        checks.Error(
            f"Certificate font: {fault}", hint="Restore static/fonts from the repository.", id="certificates.E001"
        )
        for fault in verify_fonts()
    ]


@checks.register()
def address_can_be_printed(**_: Any) -> list[checks.CheckMessage]:
    """Refuse an address that no QR code may carry; warn when there is none, since certificates then wait for it."""
    if not settings.VERIFY_ADDRESS:
        return [
            checks.Warning(
                "VERIFY_ADDRESS is not set, so certificates are made but wait to be drawn.",
                hint="Set it to the scheme and host that the QR codes shall carry, such as https://learn.example",
                id="certificates.W001",
            )
        ]
    if ADDRESS.fullmatch(settings.VERIFY_ADDRESS):
        return []
    return [
        checks.Error(
            f"VERIFY_ADDRESS is {settings.VERIFY_ADDRESS!r}, which is no scheme and host.",
            hint="Write it like https://learn.example, without a path and without a slash at the end.",
            id="certificates.E002",
        )
    ]
