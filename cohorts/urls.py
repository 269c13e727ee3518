"""Addresses of learning. ``plain`` have no language prefix: they are printed, scanned or called by scripts."""

from django.urls import path

from cohorts.views import announcements as told
from cohorts.views import assignments, joining, lessons, sheets
from cohorts.views.desk import announcements, cohorts, extensions, helpers, imports, overview, people, reviews, schedule
from cohorts.views.desk import joining as places

app_name = "cohorts"

urlpatterns = [
    path("assignments/<uuid:key>/", assignments.submission, name="submission"),
    path("assignments/<uuid:key>/sheet/", sheets.sheet, name="sheet"),
    path("photos/<uuid:photo_uuid>/", assignments.photo, name="photo"),
    path("recordings/<uuid:number>/<slug:form>/", assignments.recording, name="recording"),
    path("announcements/", told.announcements, name="told"),
    path("announcements/<uuid:number>/read/", told.read, name="read_announcement"),
    path("announcements/<uuid:number>/picture/", told.picture, name="announcement_picture"),
    path("desk/", cohorts.desk, name="desk"),
    path("desk/new/", cohorts.new, name="new_cohort"),
    path("desk/<uuid:cohort_uuid>/open/", cohorts.open_now, name="open_cohort"),
    path("desk/<uuid:cohort_uuid>/clone/", cohorts.clone, name="clone_cohort"),
    path("desk/<uuid:cohort_uuid>/settings/", cohorts.settings, name="cohort_settings"),
    path("desk/<uuid:cohort_uuid>/archive/", cohorts.archive, name="archive_cohort"),
    path("desk/<uuid:cohort_uuid>/schedule/", schedule.schedule, name="schedule"),
    path("desk/<uuid:cohort_uuid>/schedule/longer/", extensions.extensions, name="extensions"),
    path("desk/<uuid:cohort_uuid>/day/", schedule.as_learner, name="as_learner"),
    path("desk/<uuid:cohort_uuid>/", overview.overview, name="overview"),
    path("desk/<uuid:cohort_uuid>/calls/<uuid:enrolment_uuid>/", overview.call, name="call"),
    path("desk/<uuid:cohort_uuid>/learners/", people.learners, name="learners"),
    path("desk/<uuid:cohort_uuid>/learners/joining/", places.joining, name="joining"),
    path("desk/<uuid:cohort_uuid>/learners/joining/<uuid:request_uuid>/approve/", places.approve, name="approve"),
    path("desk/<uuid:cohort_uuid>/learners/joining/<uuid:request_uuid>/decline/", places.decline, name="decline"),
    path("desk/<uuid:cohort_uuid>/learners/import/", imports.start, name="import_start"),
    path("desk/<uuid:cohort_uuid>/learners/import/<uuid:import_uuid>/", imports.show, name="import"),
    path("desk/<uuid:cohort_uuid>/learners/import/<uuid:import_uuid>/run/", imports.run, name="import_run"),
    path("desk/<uuid:cohort_uuid>/learners/<uuid:enrolment_uuid>/", people.learner, name="learner"),
    path("desk/<uuid:cohort_uuid>/learners/<uuid:enrolment_uuid>/withdraw/", people.withdraw, name="withdraw"),
    path("desk/<uuid:cohort_uuid>/learners/<uuid:enrolment_uuid>/back/", people.back, name="take_back"),
    path("desk/<uuid:cohort_uuid>/learners/<uuid:enrolment_uuid>/move/", people.move, name="move_learner"),
    path("desk/<uuid:cohort_uuid>/learners/<uuid:enrolment_uuid>/reading/", people.reading, name="surname_reading"),
    path("desk/<uuid:cohort_uuid>/learners/<uuid:enrolment_uuid>/code/", people.code, name="give_code"),
    path("desk/<uuid:cohort_uuid>/learners/<uuid:enrolment_uuid>/reset/", people.reset, name="reset_sign_in"),
    path("desk/<uuid:cohort_uuid>/helpers/", helpers.helpers, name="helpers"),
    path("desk/<uuid:cohort_uuid>/helpers/end/", helpers.end, name="end_helper"),
    path("desk/<uuid:cohort_uuid>/announcements/", announcements.announcements, name="announcements"),
    path("desk/<uuid:cohort_uuid>/announcements/<uuid:number>/", announcements.readers, name="readers"),
    path("desk/<uuid:cohort_uuid>/announcements/<uuid:number>/change/", announcements.change, name="change_told"),
    path("desk/<uuid:cohort_uuid>/reviews/", reviews.reviews, name="reviews"),
    path("desk/reviews/<uuid:attempt_uuid>/", reviews.review, name="review"),
]

join_urlpatterns = [
    path("", joining.join_by_code, name="join_by_code"),
    path("<str:code>/", joining.join, name="join"),
    path("<str:code>/enter/", joining.enter, name="enter"),
]

lesson_urlpatterns = [path("event/", lessons.lesson_event, name="lesson_event")]
