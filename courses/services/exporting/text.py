"""Readable YAML: keys in the order given, Chinese as it is, several lines as several lines."""

from pathlib import Path
from typing import Any

import yaml


class _ReadableDumper(yaml.SafeDumper):
    """The safe dumper, with items of a list set in from their key and no references."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Set list items in, as people write them."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Write equal values out each time."""
        return True


def _words(dumper: _ReadableDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text and not any(line != line.rstrip() for line in text.splitlines()) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_ReadableDumper.add_representer(str, _words)


def write_yaml(file: Path, data: Any) -> None:
    """Write ``data`` into ``file``, making its folder."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(data, Dumper=_ReadableDumper, allow_unicode=True, sort_keys=False, width=1_000_000)
    file.write_text(text, encoding="utf-8")
