"""Translating in the admin: our views at wagtail-localize's addresses, before its own (docs/decisions/0039)."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail_localize import models as localize_models
from wagtail_localize.locales.components import LOCALE_COMPONENTS
from wagtail_localize.models import LocaleSynchronization, Translation
from wagtail_localize.views import edit_translation
from wagtail_localize.views.report import TranslationsReportFilterSet

from courses.models import CoursePage, QuestionBank
from courses.views import translating as views

BEFORE_LOCALIZE = -10

LOCALE_COMPONENTS[:] = [component for component in LOCALE_COMPONENTS if component["model"] is not LocaleSynchronization]
"""Nobody turns on the copying of one language's tree into another: its aliases are published in the wrong language."""


# The library names these in English only.
TranslationsReportFilterSet.base_filters["source_locale"].label = _("Language of the source")
TranslationsReportFilterSet.base_filters["target_locale"].label = _("Language of the translation")
Translation._meta.verbose_name, Translation._meta.verbose_name_plural = _("translation"), _("translations")


# It writes dates with the names of English months; one in figures is read in every language.
localize_models.DATE_FORMAT = edit_translation.DATE_FORMAT = "%Y-%m-%d"


@hooks.register("register_admin_urls", order=BEFORE_LOCALIZE)
def stand_in_for_localize() -> list[URLPattern]:
    """Return our views at the addresses that wagtail-localize's screens lead to."""
    return [
        path("localize/submit/page/<int:page_id>/", views.begin_page),
        path("localize/submit/snippet/courses/questionbank/<str:pk>/", views.begin_bank),
        path("localize/update/<int:translation_source_id>/", views.bring_over),
        path("localize/translate/<int:translation_id>/pofile/download/", views.file_out),
        path("localize/translate/<int:translation_id>/pofile/upload/", views.file_in),
        path("localize/page/<int:page_id>/convert_to_alias/", views.no_alias),
        path("localize/reports/translations/", views.TranslationsReport.as_view()),
        path("localize/reports/translations/results/", views.TranslationsReport.as_view(results_only=True)),
    ]


@hooks.register("before_edit_page", order=BEFORE_LOCALIZE)
def edit_page_side_by_side(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Open a translated page beside its source."""
    return views.side_by_side(request, page)


@hooks.register("before_edit_snippet", order=BEFORE_LOCALIZE)
def edit_bank_side_by_side(request: HttpRequest, instance: Any) -> HttpResponse | None:
    """Open a translated question bank beside its source."""
    return views.side_by_side(request, instance) if isinstance(instance, QuestionBank) else None


def translate_whole_course(page: Page, user: Any, **_context: Any) -> Iterator[Button]:
    """Offer to begin everything that belongs to a course at once, also what was added since the last time."""
    if page.specific_class is CoursePage and user.has_perm("wagtail_localize.submit_translation"):
        url = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
        yield Button(_("Translate the whole course"), url, icon_name="wagtail-localize-language", priority=55)


hooks.register("register_page_header_buttons", translate_whole_course)
hooks.register("register_page_listing_more_buttons", translate_whole_course)
