"""Where private files lie: random names, whole or not at all, and no address of their own."""

import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Never

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible
from django.utils.functional import cached_property

_EXTENSION: Final = re.compile(r"[a-z0-9]{1,5}")

#: The owner writes, the group (a web server that sends files on our behalf) reads, nobody else does either.
_FILE_MODE: Final = 0o640
_DIRECTORY_MODE: Final = 0o750


def random_name(extension: str) -> str:
    """Return 32 random hexadecimal characters (128 bits), a dot and ``extension``.

    Nothing of the sender's name is kept: it may hold a child's name, a path or a second extension.
    Raises ``ValueError`` for an extension that is not 1 to 5 lower-case letters or digits.
    """
    if not _EXTENSION.fullmatch(extension):
        raise ValueError(f"Not an extension: {extension!r}")
    return f"{secrets.token_hex(16)}.{extension}"


def store_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` so that a reader, or a power cut, finds all of it or nothing.

    The order is: temporary name in the same folder, fsync, rename, fsync of the folder. An existing file is replaced.
    The folder must exist. Raises ``OSError`` (disk full, no permission); no temporary file is left behind then.
    """
    temporary = _write_temporary(path, [content])
    try:
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_directory(path.parent)


def _write_temporary(path: Path, chunks: Iterable[bytes]) -> Path:
    """Write ``chunks`` beside ``path`` under a name that a sweeper knows by its ``.part``, and fsync it."""
    temporary = path.with_name(f".{path.name[:80]}.{secrets.token_hex(8)}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as target:
            for chunk in chunks:
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _sync_directory(directory: Path) -> None:
    """Make the names in ``directory`` as durable as the bytes: without this a rename can be lost in a power cut."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_directories(directory: Path, mode: int) -> None:
    """Make ``directory`` and its missing parents, each entry synced in the folder that holds it."""
    missing = [folder for folder in (directory, *directory.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=mode, exist_ok=True)
        _sync_directory(folder.parent)


@deconstructible(path="foundation.uploads.PrivateStorage")
class PrivateStorage(FileSystemStorage):
    """Files under ``settings.PRIVATE_MEDIA_ROOT`` that only a view of ours may hand out.

    Unlike its parent it never shows half a file under the final name, never moves the sender's temporary file (which
    may lie on another disk and would keep its permissions) and has no URL: a template that asks for one fails loudly.
    The root is read from the settings when it is used, so migrations and tests carry no path.
    """

    def __init__(self, location: str | os.PathLike[str] | None = None) -> None:
        """Use ``location`` instead of the setting when given (a restore drill writes elsewhere)."""
        self._root = location
        super().__init__(
            location=location, file_permissions_mode=_FILE_MODE, directory_permissions_mode=_DIRECTORY_MODE
        )

    @cached_property
    def base_location(self) -> str | os.PathLike[str]:
        """Return the root folder: the one given, or the setting."""
        root: str | os.PathLike[str] = settings.PRIVATE_MEDIA_ROOT if self._root is None else self._root
        return root

    def _clear_cached_properties(self, setting: str, **kwargs: Any) -> None:
        """Forget the root when a test overrides the setting."""
        if setting == "PRIVATE_MEDIA_ROOT":
            self.__dict__.pop("base_location", None)
            self.__dict__.pop("location", None)

    def _save(self, name: str, content: "File[bytes]") -> str:
        """Store ``content`` whole under ``name``, or under a free name like it, and return the name used."""
        path = Path(self.path(name))
        _make_directories(path.parent, _DIRECTORY_MODE)
        temporary = _write_temporary(path, content.chunks())
        try:
            path = self._publish(temporary, name)
        finally:
            temporary.unlink(missing_ok=True)
        _sync_directory(path.parent)
        return path.relative_to(Path(self.location)).as_posix()

    def _publish(self, temporary: Path, name: str) -> Path:
        """Give ``temporary`` its final name; another writer's file of that name is never replaced.

        A hard link fails where a rename would overwrite, so two writers that chose one name both keep their bytes.
        """
        while True:
            path = Path(self.path(name))
            try:
                path.hardlink_to(temporary)
            except FileExistsError:
                name = self.get_available_name(name)
            else:
                return path

    def url(self, name: str | None) -> Never:
        """Refuse: a private file is served by a view that asks who wants it. Raises ``ValueError`` as Django does."""
        raise ValueError("A private file has no URL; link to the view that serves it.")
