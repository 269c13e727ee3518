"""Addresses of certificates. ``plain`` have no language prefix: one of them is printed in a QR code for ever."""

from django.urls import path

from certificates.views import files, verify

app_name = "certificates"

urlpatterns = [
    path("certificates/<uuid:certificate_uuid>.<str:kind>", files.file, name="file"),
]

plain_urlpatterns = [
    path("v/<str:token>/", verify.verify, name="verify"),
    path("verify/", verify.search, name="search"),
]
