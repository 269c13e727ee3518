"""House rules that no linter knows."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 400
"""Lines of one Python file. A file that grows past a screenful of ideas becomes a package of the same name."""

UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")


def sources(*patterns: str) -> list[Path]:
    rooms = ["config", *settings.FIRST_PARTY_APPS]
    found = (path for room in rooms for pattern in patterns for path in (ROOT / room).rglob(pattern))
    return sorted(path for path in found if "migrations" not in path.parts)


def texts() -> list[Path]:
    folders = ("templates", "static/css", "static/js", "tests", "deploy", "docs")
    others = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in SUFFIXES)
    return sources("*.py", "*.html", "*.yaml") + sorted(others) + sorted(ROOT.glob("*.md"))


SUFFIXES = {".py", ".html", ".css", ".js", ".sh", ".md", ".txt", ".yaml", ".xml", ".conf", ".service", ""}


def test_no_file_is_a_heap() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources("*.py")}
    assert not {str(path.relative_to(ROOT)): length for path, length in lengths.items() if length > LONGEST}


def test_nothing_is_left_unfinished() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in texts()
        if path.is_file()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert not found


def test_every_migration_is_committed_to_the_folder_of_its_app() -> None:
    assert all((ROOT / app / "migrations" / "__init__.py").is_file() for app in settings.FIRST_PARTY_APPS)


def test_tests_mirror_the_rooms() -> None:
    rooms = {*settings.FIRST_PARTY_APPS, "config", "architecture", "factories", "journeys", "bench"}
    folders = {
        path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and not path.name.startswith(("_", "."))
    }
    assert folders <= rooms


def test_journeys_and_only_they_stand_in_their_folder() -> None:
    """`make test` runs each part by its folder: a test that is marked otherwise than its folder would run nowhere."""
    marked = {
        path for path in (ROOT / "tests").rglob("test_*.py") if "mark.journey\n" in path.read_text(encoding="utf-8")
    }
    assert marked == set((ROOT / "tests" / "journeys").rglob("test_*.py"))
