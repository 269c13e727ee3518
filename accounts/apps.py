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
        """Let the sweeper remove the people who typed a number and never came back."""
        from accounts.services.sign_in import remove_abandoned
        from foundation.registries import sweepers

        sweepers.add("abandoned people", remove_abandoned)


class TerraceUsersConfig(WagtailUsersAppConfig):
    """Wagtail's screens for people; the stock ones demand first and last name and an e-mail address, and fail."""

    user_viewset = "accounts.wagtail_users.TerraceUserViewSet"
