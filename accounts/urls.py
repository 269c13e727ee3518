"""Addresses about people.

``urlpatterns`` and ``allauth_urlpatterns`` stand below a language prefix, ``plain_urlpatterns`` do not. Of allauth's
pages only those that we use are there, under the names that allauth itself asks for.
"""

from allauth.account import views as allauth_views
from django.urls import path, re_path
from django.views.generic import RedirectView

from accounts.forms import PasswordForgottenForm
from accounts.views import devices, people, sign_in

app_name = "accounts"

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code/", sign_in.sign_in_with_code, name="sign_in_with_code"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("welcome/", people.welcome, name="welcome"),
    path("name/", people.name, name="name"),
    path("profile/", people.profile, name="profile"),
    path("devices/others/sign-out/", devices.sign_out_others, name="sign_out_others"),
    path("devices/<uuid:uuid>/sign-out/", devices.sign_out_device, name="sign_out_device"),
    path("messages/<uuid:uuid>/read/", people.read_message, name="read_message"),
]

plain_urlpatterns = [path("sms/", people.sms_codes, name="sms_codes")]

_to_phone = RedirectView.as_view(pattern_name="accounts:sign_in", query_string=True)

allauth_urlpatterns = [
    path("login/code/confirm/", sign_in.CodeView.as_view(), name="account_confirm_login_code"),
    path("login/", sign_in.StaffSignInView.as_view(), name="account_login"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("password/change/", allauth_views.password_change, name="account_change_password"),
    path("password/set/", RedirectView.as_view(pattern_name="accounts:profile"), name="account_set_password"),
    path(
        "password/reset/",
        allauth_views.PasswordResetView.as_view(form_class=PasswordForgottenForm),
        name="account_reset_password",
    ),
    path("password/reset/done/", allauth_views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    # Names that allauth leads to when it thinks of its own forms.
    path("login/code/", _to_phone, name="account_request_login_code"),
    path("signup/", _to_phone, name="account_signup"),
]
