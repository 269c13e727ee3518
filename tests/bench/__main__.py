"""``python -m tests.bench NAME`` runs ``tests/bench/NAME.py``: its ``measure()`` returns rows of equal keys.

The rows are printed as a table and written to ``build/bench/NAME.json`` with what is needed to compare them later.
"""

import importlib
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """Run one suite; the exit code is 2 when there is none of that name."""
    suites = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    if len(arguments) != 1 or arguments[0] not in suites:
        print(f"Which suite? There are: {', '.join(suites)}", file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    rows = importlib.import_module(f"tests.bench.{arguments[0]}").measure()
    target = ROOT / "build" / "bench" / f"{arguments[0]}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    record = {
        "suite": arguments[0],
        "at": datetime.now(tz=UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "rows": rows,
    }
    target.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print_table(rows)
    print(f"\nwritten to {target.relative_to(ROOT)}")
    return 0


def print_table(rows: list[dict[str, Any]]) -> None:
    """Print rows of equal keys in columns."""
    head = list(rows[0])
    lines = [head, *([str(row[name]) for name in head] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
