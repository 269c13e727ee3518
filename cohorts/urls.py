"""Addresses of learning. ``plain`` have no language prefix: they are printed, scanned or called by scripts."""

from django.urls import path

from cohorts.views import assignments, joining, lessons, sheets
from cohorts.views.desk import cohorts, people, reviews

app_name = "cohorts"

urlpatterns = [
    path("assignments/<uuid:key>/", assignments.submission, name="submission"),
    path("assignments/<uuid:key>/sheet/", sheets.sheet, name="sheet"),
    path("photos/<uuid:photo_uuid>/", assignments.photo, name="photo"),
    path("recordings/<uuid:number>/<slug:form>/", assignments.recording, name="recording"),
    path("desk/", cohorts.desk, name="desk"),
    path("desk/<uuid:cohort_uuid>/learners/", people.learners, name="learners"),
    path("desk/<uuid:cohort_uuid>/reviews/", reviews.reviews, name="reviews"),
    path("desk/reviews/<uuid:attempt_uuid>/", reviews.review, name="review"),
]

join_urlpatterns = [
    path("", joining.join_by_code, name="join_by_code"),
    path("<str:code>/", joining.join, name="join"),
    path("<str:code>/enter/", joining.enter, name="enter"),
]

lesson_urlpatterns = [path("event/", lessons.lesson_event, name="lesson_event")]
