"""Our own scripts as they travel: a page's script joined with the modules it imports, and minified.

There is no build step: in development a browser loads the modules as they were written. When static files are gathered,
each script becomes one file that holds what it imports (on a weak signal every further request costs a second), and
tdewolff-minify shortens names and takes comments away. Together that saves two fifths of what a phone loads.
"""

import re
from collections.abc import Callable
from typing import Any

import minify
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

OURS = re.compile(r"js/[\w-]+\.js")

_IMPORT = re.compile(r"""^import (?:\{(?: \w+,)* \w+ \} from )?"\./([\w-]+\.js)";\n""", re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function\*?|const|let|class) (\w+))", re.MULTILINE)
_TAKEN_APART = re.compile(r"^\s*(?:export )?(?:const|let|var) [\[{].*$", re.MULTILINE)
_NAME = re.compile(r"^(?:export )?(?:async )?(?:function\*?|const|let|class) (\w+)", re.MULTILINE)

_SCALAR = re.compile(r"""^const ([A-Z][A-Z_]*) = (\d+|"[^"\n]*");.*\n""", re.MULTILINE)
_CAPITALS = re.compile(r"(?<![\w.$])[A-Z][A-Z_]*\b")

Read = Callable[[str], str]
"""Gives the source of a module by its name, such as ``outbox.js``."""


class ScriptNotJoinedError(ValueError):
    """Two modules that are joined declare the same name, or a script is not as ``join_modules`` can read it."""


def join_modules(name: str, read: Read) -> str:
    """Return the module ``name`` and all that it imports as one script that imports nothing.

    Modules are ours and written alike: each import stands on a line of its own, names what it takes without renaming,
    and comes from the same folder; nothing is exported by default. All share one scope, so no two may declare the same
    name at the top: that raises ``ScriptNotJoinedError``. What the first module exports stays exported.

    Nothing is declared by taking apart (``const { a } = b``): tdewolff-minify 2.24 moves such a declaration before the
    ones that it needs when it merges the two.
    """
    sources: dict[str, str] = {}
    _gather(name, read, sources)
    _require_joinable(sources)
    exported = [found for _declared, found in _EXPORT.findall(sources[name])]
    body = _with_scalars_in_place("\n".join(_EXPORT.sub(r"\1", source) for source in sources.values()), exported)
    if not exported:
        return f"(()=>{{\n{body}\n}})();\n"
    names = ",".join(exported)
    return f"export const{{{names}}}=(()=>{{\n{body}\nreturn{{{names}}}\n}})();\n"


def _with_scalars_in_place(body: str, exported: list[str]) -> str:
    """Return ``body`` with each number and text that has a name in capitals written where it is used.

    The minifier keeps such names as variables; in the lesson's scripts that is 80 bytes.
    """
    scalars = {name: value for name, value in _SCALAR.findall(body) if name not in exported}
    body = _SCALAR.sub(lambda found: "" if found.group(1) in scalars else found.group(0), body)
    return _CAPITALS.sub(lambda found: scalars.get(found.group(0), found.group(0)), body)


def _gather(name: str, read: Read, sources: dict[str, str]) -> None:
    """Put what ``name`` imports before it, each module once, as browsers evaluate them."""
    if name in sources:
        return
    source = read(name)
    sources[name] = ""  # so that a circle ends
    for imported in _IMPORT.findall(source):
        _gather(imported, read, sources)
    del sources[name]
    sources[name] = _IMPORT.sub("", source)


def _require_joinable(sources: dict[str, str]) -> None:
    owners: dict[str, str] = {}
    for name, source in sources.items():
        for declared in _NAME.findall(source):
            if (owner := owners.setdefault(declared, name)) != name:
                raise ScriptNotJoinedError(f"{name} and {owner} both declare {declared}")
        if re.search(r"^(import|export) ", _EXPORT.sub("", source), re.MULTILINE):
            raise ScriptNotJoinedError(f"{name} imports or exports in a way that cannot be joined")
        if taken_apart := _TAKEN_APART.search(source):
            raise ScriptNotJoinedError(f"{name} declares by taking apart: {taken_apart[0].strip()}")


def travelling_script(name: str, read: Read) -> str:
    """Return our script ``name`` as it travels: joined and minified. Raises ``ScriptNotJoinedError``."""
    minified: str = minify.string("application/javascript", join_modules(name, read))
    return minified


class JoinedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Whitenoise's storage, which keeps our scripts joined and minified."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Any:
        """Join our scripts before they get their names: what a script imports is part of what its name stands for."""
        if not dry_run:
            paths = paths | {name: self._keep_joined(name, paths) for name in paths if OURS.fullmatch(name)}
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _keep_joined(self, name: str, paths: dict[str, Any]) -> tuple[Any, str]:
        """Write a script joined and minified where its source was copied; return where Django finds it then."""

        def read(module: str) -> str:
            storage, path = paths[f"js/{module}"]
            with storage.open(path) as file:
                return str(file.read().decode())

        script = travelling_script(name.rpartition("/")[2], read)
        self.delete(name)
        self._save(name, ContentFile(script.encode(), name=name))
        return self, name
