"""The foundation's tables."""

from foundation.models.audit import AuditLine
from foundation.models.heartbeat import Heartbeat
from foundation.models.media import Handout, Picture, Rendition
from foundation.models.recording import Recording
from foundation.models.work import LeasedWork

__all__ = ["AuditLine", "Handout", "Heartbeat", "LeasedWork", "Picture", "Recording", "Rendition"]
