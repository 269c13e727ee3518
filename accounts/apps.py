"""The accounts app, and Wagtail's users app with forms that fit our user model."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    """User, profile, sign-in, consent, messages."""

    name = "accounts"
    verbose_name = _("People")
    default = True

    def ready(self) -> None:
        """Listen to what happens to drafts, offer what is done each minute, and say what settings must not be."""
        from wagtail.models import Task, Workflow

        from accounts import checks, receivers  # noqa: F401  (checks registers system checks)
        from accounts.names import speak_review_names
        from accounts.services.devices import sweep_ended_sessions
        from accounts.services.people import sweep_pending_people
        from accounts.services.schedule import keep_dates_now
        from foundation.registries import sweepers

        receivers.connect()
        speak_review_names(Workflow, Task)
        sweepers.add("pending_people", sweep_pending_people)
        sweepers.add("dates of pages", keep_dates_now)
        sweepers.add("ended sessions", sweep_ended_sessions)


class TerraceUsersConfig(WagtailUsersAppConfig):
    """Wagtail's screens for people; the stock ones demand first and last name and an e-mail address, and fail."""

    user_viewset = "accounts.wagtail_users.TerraceUserViewSet"
