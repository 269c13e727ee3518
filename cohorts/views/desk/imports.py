"""A list of people: choose a file, say which column is what, look at what is wrong, and invite them."""

import uuid
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cohorts.models import Cohort, PeopleImport
from cohorts.services.roster.checking import LABELS
from cohorts.services.roster.columns import FIELDS, REQUIRED
from cohorts.services.roster.work import FULL, NEW, REFUSED, UNCHANGED, change_mapping, entries_of, run_import
from cohorts.services.roster.work import start_import as take_file
from cohorts.views.desk.frame import frame, led_cohort
from foundation.refusals import Refused
from foundation.uploads import UploadRefused

SAMPLE = 5
MOST_SHOWN = 200


class ListForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=gettext_lazy("List"),
        allow_empty_file=True,  # the upload pipeline has a sentence of its own for it
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy("Excel (.xlsx) or CSV with the columns name and mobile number; school and region too."),
        error_messages={"required": gettext_lazy("Please choose a file.")},
    )


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, cohort_uuid: uuid.UUID) -> HttpResponse:
    """Show the form and read what it sends. A refused file gets its sentence, and the status that fits it."""
    cohort = led_cohort(request, cohort_uuid)
    form = ListForm(request.POST or None, request.FILES or None) if request.method == "POST" else ListForm()
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                row = take_file(cohort=cohort, file=file, name=file.name, who=request.user, at=timezone.now())
            except UploadRefused as refusal:
                form.add_error("file", refusal.message)
                status = refusal.status
            else:
                return redirect("cohorts:import", cohort_uuid=cohort.uuid, import_uuid=row.uuid)
    context = {"form": form, "recent": PeopleImport.objects.filter(cohort=cohort).defer("table", "report")[:10]}
    return render(
        request, "cohorts/desk/import_start.html", frame(request, cohort, "learners") | context, status=status
    )


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, cohort_uuid: uuid.UUID, import_uuid: uuid.UUID) -> HttpResponse:
    """Show how a list is read, how far it is, or what became of it; take which column is what."""
    cohort = led_cohort(request, cohort_uuid)
    row = _row(cohort, import_uuid)
    if request.method == "GET":
        return _page(request, cohort, row)
    try:
        change_mapping(row=row, mapping=_chosen(request, row))
    except Refused as refusal:
        return _page(request, cohort, row, fault=str(refusal), status=refusal.status)
    return redirect("cohorts:import", cohort_uuid=cohort.uuid, import_uuid=row.uuid)


@never_cache
@login_required
@require_POST
def run(request: HttpRequest, cohort_uuid: uuid.UUID, import_uuid: uuid.UUID) -> HttpResponse:
    """Invite whom the list names."""
    cohort = led_cohort(request, cohort_uuid)
    row = _row(cohort, import_uuid)
    if any(field not in row.mapping for field in REQUIRED):
        fault = _("Please say which column holds the name and which the mobile number.")
        return _page(request, cohort, row, fault=fault, status=422)
    try:
        run_import(row=row, actor=request.user, at=timezone.now())
    except Refused as refusal:
        return _page(request, cohort, row, fault=str(refusal), status=refusal.status)
    return redirect("cohorts:import", cohort_uuid=cohort.uuid, import_uuid=row.uuid)


def _row(cohort: Cohort, import_uuid: uuid.UUID) -> PeopleImport:
    row = PeopleImport.objects.filter(cohort=cohort, uuid=import_uuid).first()
    if row is None:
        raise Http404
    return row


def _chosen(request: HttpRequest, row: PeopleImport) -> dict[str, int]:
    places = {str(place): place for place in range(len(row.table["header"]))}
    return {field: places[request.POST.get(field, "")] for field in FIELDS if request.POST.get(field, "") in places}


def _page(
    request: HttpRequest, cohort: Cohort, row: PeopleImport, *, fault: str = "", status: int = 200
) -> HttpResponse:
    fates = [fate for _number, fate in row.report]
    context: dict[str, Any] = frame(request, cohort, "learners") | {
        "row": row,
        "fault": fault,
        "figures": {fate: fates.count(fate) for fate in (NEW, UNCHANGED, REFUSED, FULL)},
    }
    is_ready = all(field in row.mapping for field in REQUIRED)
    entries = entries_of(row) if is_ready and not row.is_waiting else []
    good = [entry for entry in entries if entry.is_good]
    context |= {
        "good": len(good),
        "sample": good[:SAMPLE],
        "wrong": [entry for entry in entries if entry.faults][:MOST_SHOWN],
        "same": [entry for entry in entries if entry.same_as],
        "notes": [_said(note) for note in row.table["notes"]],
        "titles": [(place, title or _("column %(number)d") % {"number": place + 1}) for place, title in _titles(row)],
        "columns": [
            {"field": field, "label": LABELS[field], "place": row.mapping.get(field), "required": field in REQUIRED}
            for field in FIELDS
        ],
    }
    return render(request, "cohorts/desk/import.html", context, status=status)


def _titles(row: PeopleImport) -> list[tuple[int, str]]:
    return list(enumerate(row.table["header"]))


def _said(note: dict[str, Any]) -> str:
    """Return in words what was read otherwise than it looks."""
    value = note["value"]
    if note["code"] == "sheet":
        return _("Only the sheet “%(name)s” was read.") % {"name": value}
    sentences = {
        "hidden": ngettext("%(n)d hidden row was not read.", "%(n)d hidden rows were not read.", value),
        "joined": ngettext(
            "%(n)d joined cell was read as if its words stood in each of its rows.",
            "%(n)d joined cells were read as if their words stood in each of their rows.",
            value,
        ),
        "numbers": ngettext(
            "%(n)d number is kept as a quantity (1.38E+10). It was read exactly; format the column as text.",
            "%(n)d numbers are kept as quantities (1.38E+10). They were read exactly; format the column as text.",
            value,
        ),
    }
    return sentences[note["code"]] % {"n": value}
