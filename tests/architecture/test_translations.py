"""Every string of the sources stands in the Chinese catalogue, translated. English is the language of the sources."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
SUFFIXES = {".py", ".html", ".txt"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sdif]|\{\w*\}")
Key = tuple[str | None, str]


@pytest.fixture(scope="module")
def in_sources(tmp_path_factory: pytest.TempPathFactory) -> dict[Key, polib.POEntry]:
    """What `makemessages` finds, gathered from a copy so that the project's own catalogue stays untouched."""
    if shutil.which("xgettext") is None:
        pytest.fail("gettext is missing; on Debian: apt-get install gettext")
    copy = tmp_path_factory.mktemp("sources")
    for room in ["config", *settings.FIRST_PARTY_APPS, "templates"]:
        for path in (ROOT / room).rglob("*"):
            if path.suffix in SUFFIXES and path.is_file():
                target = copy / path.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
    (copy / "locale").mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "django", "makemessages", "--locale=zh_Hans", "--keep-pot", "--no-wrap"]
    subprocess.run([*command, "--extension=html,txt,py"], cwd=copy, env=environment, check=True, capture_output=True)
    return {key(entry): entry for entry in polib.pofile(str(copy / "locale" / "django.pot"))}


@pytest.fixture(scope="module")
def catalogue() -> dict[Key, polib.POEntry]:
    return {key(entry): entry for entry in polib.pofile(str(CATALOGUE)) if not entry.obsolete}


def key(entry: polib.POEntry) -> Key:
    return (entry.msgctxt, entry.msgid)


def words_of(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_string_is_in_the_catalogue(
    in_sources: dict[Key, polib.POEntry], catalogue: dict[Key, polib.POEntry]
) -> None:
    missing = sorted(msgid for _context, msgid in in_sources.keys() - catalogue.keys())
    assert not missing, f"{len(missing)} strings are missing; `make messages` gathers them"


def test_every_string_is_translated(catalogue: dict[Key, polib.POEntry]) -> None:
    assert not [entry.msgid for entry in catalogue.values() if entry.fuzzy or not all(words_of(entry))]


def test_the_catalogue_holds_nothing_that_is_gone(
    in_sources: dict[Key, polib.POEntry], catalogue: dict[Key, polib.POEntry]
) -> None:
    assert not sorted(msgid for _context, msgid in catalogue.keys() - in_sources.keys())


def test_translations_keep_the_placeholders(catalogue: dict[Key, polib.POEntry]) -> None:
    for entry in catalogue.values():
        expected = {*PLACEHOLDER.findall(entry.msgid), *PLACEHOLDER.findall(entry.msgid_plural or "")}
        for words in filter(None, words_of(entry)):
            assert set(PLACEHOLDER.findall(words)) <= expected, entry.msgid
            if not entry.msgid_plural:
                assert set(PLACEHOLDER.findall(words)) == expected, entry.msgid
