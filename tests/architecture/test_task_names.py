"""Tasks are queued by dotted names, so that no room imports another for it; each name must lead to a function."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from foundation.registries import work_models

ROOT = Path(__file__).resolve().parents[2]
TASK_NAME = re.compile(rf"({'|'.join(settings.FIRST_PARTY_APPS)})\.tasks(\.\w+)+")


def names_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and TASK_NAME.fullmatch(node.value):
            yield node.value


def task_names() -> set[str]:
    sources = (path for app in settings.FIRST_PARTY_APPS for path in (ROOT / app).rglob("*.py"))
    return {name for path in sources for name in names_in(path)}


def test_every_task_name_leads_to_a_function() -> None:
    names = task_names()
    assert {"foundation.tasks.heartbeat", "foundation.tasks.sweep_all"} <= names
    for name in names:
        assert inspect.isfunction(import_string(name)), name


def test_every_model_of_work_names_a_task_that_takes_its_id() -> None:
    for model in work_models:
        task = import_string(model.TASK)
        inspect.signature(task).bind(1)


def test_nothing_is_queued_by_function() -> None:
    """A function handed to the queue is pickled by reference, past this test and past the import contract."""
    for app in settings.FIRST_PARTY_APPS:
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "async_task":
                    first = ast.unparse(node.args[0])
                    assert re.search(r"TASK$|task$", first), f"{path}:{node.lineno} queues {first}"
