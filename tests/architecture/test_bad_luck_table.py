"""The table of bad luck has every kind that Terrace was asked to bear, and names journeys that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (.+?) \| `(test_\w+\.py)` \| `(test_\w+)` \|$", re.MULTILINE)

ASKED_FOR = (
    "airplane mode in the middle of a quiz",
    "browser killed just after a tap; before the answer left, and after it arrived",
    "response lost after the commit",
    "the same batch twice at once",
    "two tabs, with Web Locks and with the lease",
    "two tabs on one lesson",
    "two devices, one quiz",
    "two devices, one draft",
    "500, 502 as HTML, 503, 429; a captive portal's 200 and 302",
    "413",
    "session expired",
    "another user on the same phone",
    "clock three years off",
    "deadline passing while offline",
    "storage full, with a signal",
    "storage full, without a signal",
    "IndexedDB broken, in five ways",
    "no service worker",
    "a new lesson version while offline",
    "a new deploy, and a new secret key, mid-quiz",
    "network flapping every 3 s",
    "a connection that hangs without failing",
    "500 events pending",
    "Enter in a Chinese input method",
)
MET_ON_THE_WAY = (
    "connection broken within a batch, on the way up or down",
    "connection broken within a part of a photo",
    "`Retry-After`",
    "token lost or changed",
)


def rows() -> list[tuple[str, str, str]]:
    return ROW.findall((ROOT / "docs" / "bad-luck.md").read_text(encoding="utf-8"))


def test_the_table_has_every_kind_once() -> None:
    """A kind that is taken out of the table, or whose row names no journey, is missed here; a new one is added here."""
    assert sorted(kind for kind, _file, _journey in rows()) == sorted(ASKED_FOR + MET_ON_THE_WAY)


def test_every_journey_that_the_table_names_is_there() -> None:
    files = {file: (ROOT / "tests" / "journeys" / file).read_text(encoding="utf-8") for _kind, file, _journey in rows()}
    assert [row for row in rows() if f"\ndef {row[2]}(" not in files[row[1]]] == []
