"""A browser with a profile of its own, which outlives it: it can be killed and started again."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext

from tests.journeys.people import wait_for
from tests.journeys.running import CHROMIUM


@contextmanager
def a_browser_of_its_own(browser: Browser, folder: Path) -> Iterator[tuple[BrowserContext, int]]:
    """Start Chromium on the profile in ``folder``; yield its one context and the number of its group of processes."""
    told = folder / "DevToolsActivePort"
    told.unlink(missing_ok=True)
    switches = ["--headless=new", "--no-sandbox", "--remote-debugging-port=0", f"--user-data-dir={folder}"]
    process = subprocess.Popen(
        [CHROMIUM, *switches, "about:blank"],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: told.exists() and told.read_text().count("\n"), seconds=20)
        port = told.read_text().splitlines()[0]
        yield browser.browser_type.connect_over_cdp(f"http://127.0.0.1:{port}").contexts[0], process.pid
    finally:
        kill(process.pid)
        process.wait()


def kill(group: int) -> None:
    """Kill the browser with all its processes, as a phone does that needs the memory."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
