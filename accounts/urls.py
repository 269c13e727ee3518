"""Addresses about people. ``plain`` have no language prefix."""

from django.urls import path

from accounts.views import people, sign_in

app_name = "accounts"

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("welcome/", people.welcome, name="welcome"),
    path("name/", people.name, name="name"),
    path("profile/", people.profile, name="profile"),
    path("messages/<uuid:message_uuid>/", people.read_message, name="read_message"),
]

plain_urlpatterns = [path("sms/", people.sms_codes, name="sms_codes")]
