"""The accounts app, and Wagtail's users app with forms that fit our user model."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    """User, profile, sign-in, consent, messages."""

    name = "accounts"
    verbose_name = _("People")
    default = True


class TerraceUsersConfig(WagtailUsersAppConfig):
    """Wagtail's screens for people; the stock ones demand first and last name and an e-mail address, and fail."""

    user_viewset = "accounts.wagtail_users.TerraceUserViewSet"
