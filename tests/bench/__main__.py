"""``python -m tests.bench NAME`` runs ``tests/bench/NAME.py``: its ``measure()`` returns figures by name.

They are printed and written to ``build/bench/NAME.json`` as one flat object, and with what is needed to compare them
later (machine, Python, time) to ``build/bench/NAME.about.json``.
"""

import importlib
import json
import os
import platform
import sys
from datetime import UTC, datetime
from math import inf, nan
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """Run one suite; the exit code is 1 when something is over its budget, 2 when there is no such suite."""
    suites = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    if len(arguments) != 1 or arguments[0] not in suites:
        print(f"Which suite? There are: {', '.join(suites)}", file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    django.setup()
    suite = importlib.import_module(f"tests.bench.{arguments[0]}")
    figures: dict[str, float] = suite.measure()
    target = ROOT / "build" / "bench" / f"{arguments[0]}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    about = {
        "at": datetime.now(tz=UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load": os.getloadavg()[0],
    }
    for file, content in ((target, figures), (target.with_suffix(".about.json"), about)):
        file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    is_within = tell(figures, getattr(suite, "BUDGETS", {}))
    print(f"\nwritten to {target.relative_to(ROOT)}")
    return 0 if is_within else 1


def tell(figures: dict[str, float], budgets: dict[str, float]) -> bool:
    """Print each figure beside its budget, and tell whether all are within; a budget without a figure is not."""
    width = max(map(len, figures | budgets))
    over = [name for name, most in budgets.items() if not figures.get(name, inf) <= most]
    for name, figure in (dict.fromkeys(budgets, nan) | figures).items():
        limit = f"  at most {budgets[name]}: {'OVER' if name in over else 'well'}" if name in budgets else ""
        print(f"{name.ljust(width)}  {figure}{limit}")
    return not over


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
