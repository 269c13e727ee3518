"""Runs the web server and the workers' supervisor together, for one machine; needs nothing but Python itself.

Both end when one of them ends, when Ctrl-C is pressed, or when SIGTERM comes. The exit code is 0 when somebody asked
for the end, 1 when a part died by itself.
"""

import argparse
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
STOP_WITHIN = 40.0
"""Seconds; the supervisor itself gives its cluster 30."""


def main() -> int:
    """Read the command line and serve; see ``--help``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--is-free", action="store_true", help="only tell by the exit code whether the port is free")
    parser.add_argument("--development", action="store_true", help="autoreload instead of gunicorn")
    parser.add_argument("--with-parent", action="store_true", help="end when the process that started this one ends")
    parser.add_argument("--greeting", type=Path, help="a file to print when the site answers")
    options = parser.parse_args()
    if options.is_free:
        return 0 if is_free(options.host, options.port) else 1
    if options.with_parent:
        end_with_parent()
    return Parts(options.host, options.port, is_development=options.development).serve(options.greeting)


def is_free(host: str, port: int) -> bool:
    """Whether nobody listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def end_with_parent() -> None:
    """Have the kernel send SIGTERM when the parent ends, however it ends (PR_SET_PDEATHSIG of prctl(2); Linux only)."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(1, signal.SIGTERM)


class Parts:
    """The two processes of a site on one machine."""

    def __init__(self, host: str, port: int, *, is_development: bool) -> None:
        self.host = host
        self.port = port
        self.is_asked_to_stop = False
        python = [sys.executable, "manage.py"]
        listen = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        gunicorn = [
            str(BIN / "gunicorn"),
            "--no-control-socket",
            "--worker-class=gthread",
            "--workers=2",
            "--threads=4",
            "--graceful-timeout=10",
            f"--bind={listen}",
            "--log-level=warning",
            "config.wsgi:application",
        ]
        self.commands = {
            "the web server": [*python, "runserver", listen] if is_development else gunicorn,
            "the supervisor": [*python, "supervise"],
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def serve(self, greeting: Path | None) -> int:
        """Start both, print the greeting when the site answers, and wait for the end."""
        signal.signal(signal.SIGINT, self.ask_to_stop)
        signal.signal(signal.SIGTERM, self.ask_to_stop)
        for name, command in self.commands.items():
            # Sessions of their own: Ctrl-C reaches this process alone, which then stops both in order.
            self.processes[name] = subprocess.Popen(  # noqa: S603  (our own command lines)
                command,
                cwd=ROOT,
                env=os.environ,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )
        try:
            is_greeted = False
            while not self.is_asked_to_stop and not (ended := self.ended()):
                if not is_greeted and self.answers():
                    is_greeted = True
                    self.greet(greeting)
                time.sleep(0.2)
        finally:
            self.stop()
        if self.is_asked_to_stop:
            print("\nterrace: stopped.", flush=True)
            return 0
        print(f"terrace: {ended} ended by itself, so all was stopped.", file=sys.stderr, flush=True)
        return 1

    def ask_to_stop(self, *_: object) -> None:
        """Remember that somebody wants the end; a signal handler."""
        self.is_asked_to_stop = True

    def ended(self) -> str:
        """Return the name of a part that has ended, or nothing."""
        return next((name for name, process in self.processes.items() if process.poll() is not None), "")

    def answers(self) -> bool:
        """Whether something listens on the port."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        try:
            socket.create_connection((host, self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def greet(self, greeting: Path | None) -> None:
        """Print where the site is and who can sign in."""
        if greeting is not None and greeting.is_file():
            print(greeting.read_text(encoding="utf-8"), flush=True)
        shown = "localhost" if self.host in ("127.0.0.1", "0.0.0.0", "::1", "::") else self.host  # noqa: S104
        print(f"terrace: open at http://{shown}:{self.port}/  (Ctrl-C stops it)", flush=True)

    def stop(self) -> None:
        """Ask both to end, the web server first in the list; kill what does not."""
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + STOP_WITHIN
        for process in self.processes.values():
            try:
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


if __name__ == "__main__":
    sys.exit(main())
