"""How a reader has set this phone: large text, and whether data is saved. Kept on the phone, never on the server.

The class of the root element says it: ``large``; ``saver`` or ``full`` where data is saved, or not, whatever the
connection. It must be there before the first paint, so one line of script stands in each page's head, and the policy
allows exactly this line. ``js`` tells sheets that scripts run.
"""

from typing import Final

from foundation.styles import hash_source

LOOK_KEY: Final = "terrace-look"
"""The name in localStorage; what is kept there are the classes. static/js/look.js writes it."""

LOOK_SCRIPT: Final = (
    '{let r=document.documentElement;r.className="js";'
    f'try{{r.className+=" "+(localStorage["{LOOK_KEY}"]||"")}}catch{{}}}}'
)
"""Where a browser refuses storage, it stays at what everybody sees."""


def script_sources() -> list[str]:
    """Return the source expressions of inline scripts for ``script-src``: ``'sha256-…'``."""
    return [hash_source(LOOK_SCRIPT)]
