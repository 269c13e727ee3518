"""Every address of the site. Pages and screens have a language prefix; what is printed, scanned or called has none."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.urls import serve_pattern

from accounts.urls import allauth_urlpatterns
from accounts.urls import plain_urlpatterns as accounts_plain
from certificates.urls import plain_urlpatterns as certificates_plain
from cohorts.urls import join_urlpatterns, lesson_urlpatterns
from config.api import api
from courses.urls import plain_urlpatterns as courses_plain
from home.views import errors, health, learner, media, modules, pages, pwa, search

urlpatterns = [
    path("", learner.front_door, name="front_door"),
    path("health/", health.health, name="health"),
    path("sw.js", pwa.service_worker, name="service_worker"),
    path("j/", include((join_urlpatterns, "cohorts"), namespace="join")),
    path("learn/", include(lesson_urlpatterns)),
    path("", include((certificates_plain, "certificates"), namespace="public")),
    path("", include((courses_plain, "courses"), namespace="teaching")),
    path("", include((accounts_plain, "accounts"), namespace="plain")),
    path("api/", api.urls),
    # JSON too: no redirect to a language, nor to a slash
    re_path(r"^api/", csrf_exempt(errors.not_found), name="api_nothing"),
    path("admin/", include(wagtailadmin_urls)),
    re_path(r"^documents/(?P<document_id>[0-9]+)/(?P<filename>.+)$", media.handout, name="handout"),
    path("documents/", include(wagtaildocs_urls)),
    re_path(r"^media/(?P<path>.*)$", media.media, name="media"),
]

urlpatterns += i18n_patterns(
    path("today/", learner.today, name="today"),
    path("course/", learner.course, name="course"),
    path("me/", learner.me, name="me"),
    path("waiting/", learner.waiting, name="waiting"),
    path("search/", search.search_page, name="search"),
    path("manifest.webmanifest", pwa.web_manifest, name="web_manifest"),
    path("offline/", pwa.offline, name="offline"),
    path("modules/<uuid:key>/", modules.whole_module, name="whole_module"),
    path("account/", include("accounts.urls")),
    path("account/with/", include(allauth_urlpatterns)),
    path("", include("cohorts.urls")),
    path("", include("courses.urls")),
    path("", include("certificates.urls")),
    re_path(serve_pattern, pages.serve_page, name="wagtail_serve"),
)

handler400 = "home.views.errors.bad_request"
handler403 = "home.views.errors.forbidden"
handler404 = "home.views.errors.not_found"
handler500 = "home.views.errors.server_error"
