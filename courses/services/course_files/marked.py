"""YAML that remembers its lines, so that every fault can be found, and refuses a key given twice."""

from pathlib import Path
from typing import Any

import yaml


class LoadError(ValueError):
    """The folder cannot be loaded. The message names file, line and what is wrong; nothing was changed."""


class Marked(dict[str, Any]):
    """A mapping of a file with the line it begins on, and the line of each of its keys. Lines count from 1."""

    line: int = 0
    lines: dict[str, int]

    def line_of(self, key: str) -> int:
        """Return the line of ``key``, or the mapping's first line when the key is not there."""
        return self.lines.get(key, self.line)


class _MarkingLoader(yaml.SafeLoader):
    """The safe loader, with mappings as ``Marked``."""


def _mapping(loader: _MarkingLoader, node: yaml.MappingNode) -> Marked:
    marked = Marked()
    marked.line, marked.lines = node.start_mark.line + 1, {}
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        line = key_node.start_mark.line + 1
        if key in marked:
            raise yaml.MarkedYAMLError(problem=f"«{key}» is given twice", problem_mark=key_node.start_mark)
        marked[key] = loader.construct_object(value_node, deep=True)
        marked.lines[key] = line
    return marked


_MarkingLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(file: Path) -> Any:
    """Return what ``file`` holds, mappings as ``Marked``. Raises ``LoadError`` with file and line."""
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=_MarkingLoader)  # noqa: S506  (a safe loader)
    except FileNotFoundError as error:
        raise LoadError(f"{file}: there is no such file") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise LoadError(f"{file}:{line}: {error.problem}") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise LoadError(f"{file}: {error}") from error
