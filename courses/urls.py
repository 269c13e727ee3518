"""Addresses of what is taught, beyond the pages themselves. ``plain`` have no language prefix: they are scanned."""

from django.urls import path

from courses.views import drafts, mistakes, writing

app_name = "courses"

urlpatterns = [
    path("mistakes/<uuid:key>/", mistakes.report, name="report_mistake"),
    path("practices/write/", writing.written, name="practices_written"),
    path("practices/write/new/", writing.new, name="new_practice"),
    path("practices/write/<uuid:draft_uuid>/", writing.write, name="write_practice"),
    path("practices/write/photos/<uuid:photo_uuid>/", writing.photo, name="practice_photo"),
]

plain_urlpatterns = [path("d/<str:token>/", drafts.draft, name="draft")]
