"""Addresses of what is taught, beyond the pages themselves. ``plain`` have no language prefix: they are scanned."""

from django.urls import path

from courses.views import drafts

app_name = "courses"

plain_urlpatterns = [path("d/<str:token>/", drafts.draft, name="draft")]
