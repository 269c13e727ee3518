"""The phone's own door. Answers are JSON, never a redirect; 401 and 403 say why. Each module adds to one router."""

from cohorts.api import files, submissions  # noqa: F401  (add their doors to the router)
from cohorts.api.common import router
from cohorts.api.events import LARGEST_BATCH, MOST_EVENTS
from cohorts.api.state import state_of_guest

__all__ = ["LARGEST_BATCH", "MOST_EVENTS", "router", "state_of_guest"]
