"""How much of each kind a report takes, and how much may be on its way at once."""

from datetime import timedelta
from typing import Final

from cohorts.enums import FileKind
from foundation.uploads.limits import MAX_VOICE_BYTES

MOST_PHOTOS: Final = 6
MOST_RECORDINGS: Final = 3
"""For one question."""

LARGEST: Final[dict[str, int]] = {FileKind.PHOTO: 8_000_000, FileKind.RECORDING: MAX_VOICE_BYTES}
"""Bytes of one file. A phone shrinks its photos to 300 kB first; one that cannot sends them as they are."""

LARGEST_PART: Final = 64 * 1024
MOST_WAITING: Final = 64_000_000
"""Bytes that one learner may have on their way: six photos that no phone made smaller, and some voice notes."""

MOST_ARRIVING: Final = 60
"""Files that one learner may have on their way: as many as a report names."""

ABANDONED_AFTER: Final = timedelta(days=30)
WRITES_KEPT_FOR: Final = timedelta(days=90)
"""How long it is known what a draft said before; a phone that was away for longer is asked to choose."""
