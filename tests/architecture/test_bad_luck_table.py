"""The table of bad luck names journeys that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\|.*\| `(test_\w+\.py)` \| `(test_\w+)` \|$", re.MULTILINE)


def test_every_journey_that_the_table_names_is_there() -> None:
    rows = ROW.findall((ROOT / "docs" / "bad-luck.md").read_text(encoding="utf-8"))
    assert len(rows) > 20
    files = {file: (ROOT / "tests" / "journeys" / file).read_text(encoding="utf-8") for file, _journey in rows}
    assert [row for row in rows if f"\ndef {row[1]}(" not in files[row[0]]] == []
