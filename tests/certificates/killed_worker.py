"""A worker that stops at a given step and says so, to be killed there. Run as: python -m … <certificate id> <step>."""

import sys
import time
from typing import Any

import django

django.setup()

from certificates.services import render  # noqa: E402  (after setup)
from certificates.tasks import render_certificate  # noqa: E402


def stop_after(step: str) -> None:
    """Let ``step`` of the rendering do its work, and then wait for the end."""
    original = getattr(render, step)

    def do_and_wait(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        print("reached", flush=True)
        time.sleep(300)
        return result

    setattr(render, step, do_and_wait)


if __name__ == "__main__":
    stop_after(sys.argv[2])
    render_certificate(int(sys.argv[1]))
