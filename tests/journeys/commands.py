"""One process in which a running site's commands are run, one after another: starting one for each costs three seconds.

The parent writes the words of a command as a line of JSON and reads a line back: what the command said, or its fault.
"""

import json
import subprocess
import sys
import traceback
from collections.abc import Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path


class Commands:
    """The parent's end: a process with a site's environment. Close it before the site's files go."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.commands"],
            cwd=Path(__file__).resolve().parents[2],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str) -> str:
        """Run a command and return what it said; ``RuntimeError`` with its fault when it failed."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the process of commands ended with {self.process.wait()}")
        answer: dict[str, str] = json.loads(line)
        if fault := answer["fault"]:
            raise RuntimeError(fault)
        return answer["said"]

    def close(self) -> None:
        """End the process."""
        self.process.communicate(timeout=30)


def answer(words: list[str]) -> dict[str, str]:
    """Run one command; what it prints belongs to what it said."""
    from django.core.management import execute_from_command_line
    from django.db import connections

    said, fault = StringIO(), ""
    with redirect_stdout(said):
        try:
            execute_from_command_line(["manage.py", *words])
        except SystemExit as end:
            fault = f"{words} ended with {end.code}" if end.code else ""
        except Exception:
            fault = traceback.format_exc()
        finally:
            connections.close_all()
    return {"said": said.getvalue(), "fault": fault}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
