"""Signs of life of the processes that work in the background."""

from django.db import models


class Heartbeat(models.Model):
    """When a named process last did real work through the queue. Read by ``/health/`` and by the supervisor."""

    name = models.CharField(max_length=60, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M:%S}"
