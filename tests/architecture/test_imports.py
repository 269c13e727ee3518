"""The import contract knows every room of the house; `make check` then holds the contract itself."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {"config", *settings.FIRST_PARTY_APPS}


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    linter: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]
    return linter


def by_id(contract: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (part for part in contract["contracts"] if part["id"] == name)
    return dict(found)


def test_every_package_with_code_is_a_room() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages - {"tests"} == ROOMS


def test_every_room_is_in_the_contract(contract: dict[str, Any]) -> None:
    assert set(contract["root_packages"]) == ROOMS
    assert set(by_id(contract, "rooms")["layers"]) == ROOMS


def test_the_inside_of_every_app_is_layered_and_exhaustive(contract: dict[str, Any]) -> None:
    layered = [part for part in contract["contracts"] if part["type"] == "layers" and "containers" in part]
    assert {room for part in layered for room in part["containers"]} == ROOMS - {"config"}
    assert all(part["exhaustive"] for part in layered)


def test_no_app_may_have_cycles(contract: dict[str, Any]) -> None:
    assert set(by_id(contract, "acyclic")["ancestors"]) == ROOMS - {"config"}
