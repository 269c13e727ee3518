"""The mistakes that readers reported, for those who can mend them: a list, and a word to close each."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from courses.enums import ReportState
from courses.forms import CloseReportForm
from courses.models import MistakeReport
from courses.selectors import pages_of_reports
from courses.selectors.desk import may_publish
from courses.services.mistakes import close_report
from foundation.refusals import Refused

PAGE_SIZE = 50
LIST_TITLE = gettext_lazy("Mistakes that readers reported")


class _Furnished(WagtailAdminTemplateMixin, TemplateView):
    """The way here in the admin's head: home, the list, and one report."""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way to this view."""
        return [*super().get_breadcrumbs_items(), {"url": reverse("teaching_admin:reports"), "label": LIST_TITLE}]


class ReportsView(_Furnished):
    """The reports that somebody may close, the open ones first."""

    template_name = "courses/admin/reports.html"
    page_title = LIST_TITLE
    header_icon = "warning"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add one page of the list, open or closed."""
        is_closed = "closed" in self.request.GET
        reports = MistakeReport.objects.visible_to(self.request.user).select_related("closed_by")
        chosen = reports.exclude(state=ReportState.OPEN) if is_closed else reports.filter(state=ReportState.OPEN)
        listed = Paginator(chosen, PAGE_SIZE).get_page(self.request.GET.get("p"))
        pages = pages_of_reports(listed.object_list)
        rows = [(report, pages.get((report.translation_key, report.locale))) for report in listed]
        return super().get_context_data(**kwargs) | {
            "listed": listed,
            "rows": rows,
            "is_closed": is_closed,
            "is_all": may_publish(self.request.user),
        }


class ReportView(_Furnished):
    """One report, and the form that closes it."""

    template_name = "courses/admin/report.html"
    page_title = gettext_lazy("Reported mistake")
    header_icon = "warning"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the report; who may not see it is told that it is not there."""
        super().setup(request, *args, **kwargs)
        self.form = CloseReportForm()

    def report(self, uuid: UUID) -> MistakeReport:
        """Return the report, or raise 404."""
        visible = MistakeReport.objects.visible_to(self.request.user).select_related("closed_by")
        return get_object_or_404(visible, uuid=uuid)

    def post(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        """Close the report with a word."""
        report = self.report(uuid)
        self.form = CloseReportForm(request.POST)
        if not self.form.is_valid():
            response = self.render_to_response(self.get_context_data(uuid=uuid))
            response.status_code = 422
            return response
        try:
            close_report(report=report, actor=request.user, at=timezone.now(), **self.form.cleaned_data)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Thank you. The report is closed."))
        return redirect(reverse("teaching_admin:reports"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the report, its page and the form."""
        report = self.report(kwargs["uuid"])
        page = pages_of_reports([report]).get((report.translation_key, report.locale))
        return super().get_context_data(**kwargs) | {"report": report, "reported_page": page, "form": self.form}
