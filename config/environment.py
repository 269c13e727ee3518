"""Reads the settings that differ between machines from environment variables.

One reader for the whole project, so that a name, its type and its default stand in one place: the settings modules.
A ``.env`` file beside ``manage.py`` is read when it exists; real environment variables win over it.
"""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
if (BASE_DIR / ".env").is_file():
    environ.Env.read_env(BASE_DIR / ".env")


def secret_from_file(path: Path, *, length: int = 50) -> str:
    """Return the secret kept in ``path``; make the file (mode 0400) on first use.

    Only development and demonstration settings use this. Production takes its secret from the environment and
    refuses to start without one.
    """
    if not path.exists():
        from django.utils.crypto import get_random_string

        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(get_random_string(length), encoding="ascii")
        path.chmod(0o400)
    return path.read_text(encoding="ascii").strip()
