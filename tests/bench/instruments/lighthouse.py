"""Lighthouse's four scores of a page. They are told and not gated: what they count changes with each release."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.journeys.running import CHROMIUM

LIGHTHOUSE = "lighthouse@12.8.2"
LONGEST = 240  # seconds


def scores(address: str) -> dict[str, float]:
    """Return the four scores by name, of 100, and under ``lighthouse`` the lowest; nothing where npx is not here."""
    npx = shutil.which("npx")
    if npx is None:
        return {}
    with tempfile.TemporaryDirectory(prefix="terrace-lighthouse-") as folder:
        report = Path(folder) / "report.json"
        flags = ["--quiet", "--output=json", f"--output-path={report}", "--chrome-flags=--headless --no-sandbox"]
        command = [npx, "--yes", LIGHTHOUSE, address, *flags]
        subprocess.run(command, env=os.environ | {"CHROME_PATH": CHROMIUM}, check=True, timeout=LONGEST)
        categories = json.loads(report.read_text(encoding="utf-8"))["categories"]
    found = {name.replace("-", "_"): round(told["score"] * 100) for name, told in categories.items()}
    return {"lighthouse": min(found.values())} | {f"lighthouse_{name}": score for name, score in found.items()}
