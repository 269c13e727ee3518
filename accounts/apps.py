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
        """Offer the clean-up of people who never proved their number, and say what settings must not be."""
        from accounts import checks  # noqa: F401  (registers system checks)
        from accounts.services.people import sweep_pending_people
        from foundation.registries import sweepers

        sweepers.add("pending_people", sweep_pending_people)


class TerraceUsersConfig(WagtailUsersAppConfig):
    """Wagtail's screens for people; the stock ones demand first and last name and an e-mail address, and fail."""

    user_viewset = "accounts.wagtail_users.TerraceUserViewSet"
