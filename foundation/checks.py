"""House rules that ``manage.py check`` refuses to start without."""

from ctypes.util import find_library
from typing import Any

from django.core import checks

from foundation.services.sound import converter


@checks.register()
def harfbuzz_subset_is_there(**_: Any) -> list[checks.CheckMessage]:
    """Warn when HarfBuzz cannot subset fonts: a certificate then takes seconds instead of a third of one."""
    if find_library("harfbuzz-subset"):
        return []
    return [
        checks.Warning(
            "The library harfbuzz-subset is missing, so every certificate takes 1 to 8 seconds to draw.",
            hint="On Debian: apt-get install libharfbuzz-subset0",
            id="foundation.W001",
        )
    ]


@checks.register()
def ffmpeg_is_there(**_: Any) -> list[checks.CheckMessage]:
    """Say that recordings are heard as they came where nothing can convert them."""
    if converter():
        return []
    return [
        checks.Info(
            "The program ffmpeg is missing, so recordings are heard as they came: heavy, and with all they carry.",
            hint="On Debian: apt-get install ffmpeg. What was kept is converted within a minute.",
            id="foundation.I001",
        )
    ]
