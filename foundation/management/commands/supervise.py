"""``manage.py supervise``: run the workers, and replace them when they freeze or die."""

import os
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.health import WORKER
from foundation.services.supervision import AlreadySupervisedError, Cluster, Patience, Registration, Supervisor
from foundation.tasks import SWEEPER

DEFAULTS = Patience()


class Command(BaseCommand):
    """Starts the cluster of workers and watches it until SIGTERM or SIGINT."""

    help = "Runs the background workers: starts the django-q2 cluster, watches its heartbeat, restarts it when frozen."

    def add_arguments(self, parser: CommandParser) -> None:
        seconds: dict[str, Any] = {"type": float, "metavar": "SECONDS"}
        parser.add_argument("--beat-every", default=DEFAULTS.beat_every.total_seconds(), **seconds)
        parser.add_argument("--sweep-every", default=DEFAULTS.sweep_every.total_seconds(), **seconds)
        parser.add_argument("--silence", default=DEFAULTS.silence.total_seconds(), **seconds)
        parser.add_argument("--first-sign", default=DEFAULTS.first_sign.total_seconds(), **seconds)
        parser.add_argument("--stop-within", default=DEFAULTS.stop.total_seconds(), **seconds)

    def handle(self, *args: Any, **options: Any) -> None:
        patience = Patience(
            beat_every=timedelta(seconds=options["beat_every"]),
            sweep_every=timedelta(seconds=options["sweep_every"]),
            silence=timedelta(seconds=options["silence"]),
            first_sign=timedelta(seconds=options["first_sign"]),
            stop=timedelta(seconds=options["stop_within"]),
        )
        supervisor = Supervisor(
            cluster=Cluster([sys.executable, os.path.abspath(sys.argv[0]), "qcluster"]),
            registration=Registration(Path(settings.VAR_DIR) / "supervisor.lock"),
            worker_beat=WORKER,
            sweeper_beat=SWEEPER,
            workers=int(settings.Q_CLUSTER["workers"]),
            patience=patience,
        )
        signal.signal(signal.SIGTERM, supervisor.request_stop)
        signal.signal(signal.SIGINT, supervisor.request_stop)
        try:
            supervisor.run()
        except AlreadySupervisedError as error:
            raise CommandError(f"Another supervisor is at work for this site (it holds {error}).") from error
