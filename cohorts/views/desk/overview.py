"""How a cohort stands, and the learner who needs a call."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cohorts.enums import StepState
from cohorts.forms.calls import CallForm
from cohorts.models import Cohort, Enrolment
from cohorts.rendering.chart import progress_chart
from cohorts.rendering.matrix import in_words, legend, marks, table_rows
from cohorts.rules.concern import late_places, overdue, reasons
from cohorts.rules.expected import course_of_time
from cohorts.selectors import dues_of
from cohorts.selectors.overview import (
    Board,
    Column,
    Row,
    board_of,
    calls_about,
    columns_of,
    dates_of,
    figures_of,
    followed,
    hard_questions,
    learner_of,
)
from cohorts.services.calls import note_call
from cohorts.views.desk.frame import followed_cohort, frame, led_cohort
from foundation.middleware import mark_masked
from foundation.refusals import Refused

BROTLI_OF_A_TABLE: Final = 7
"""Of a thousand learners, 572 kB, measured: 5 gives 59 kB in 8 ms, 7 gives 55 kB in 19 ms, 9 gives 54 kB in 40 ms."""

NOBODY_YET: Final = datetime.min.replace(tzinfo=timezone.get_default_timezone())

SORTS: Final[dict[str, tuple[Any, Callable[[Row], Any] | None]]] = {
    "call": (gettext_lazy("needs a call first"), lambda row: (not row.needs_call, _most_pressing(row))),
    "name": (gettext_lazy("name"), None),  # as the rows come
    "done": (gettext_lazy("least done first"), lambda row: row.done),
    "activity": (gettext_lazy("longest silent first"), lambda row: row.last_activity_at or NOBODY_YET),
}
"""How the learners may be sorted. Those who are alike stay sorted by name."""

SHOWN: Final[dict[str, tuple[Any, Callable[[Row], bool]]]] = {
    "all": (gettext_lazy("everybody"), lambda row: True),
    "call": (gettext_lazy("needs a call"), lambda row: row.needs_call),
    "late": (gettext_lazy("late"), lambda row: row.is_late),
    "none": (gettext_lazy("nothing done yet"), lambda row: not row.done),
    "completed": (gettext_lazy("completed"), lambda row: row.is_completed),
}
"""Which learners may be shown."""


def _most_pressing(row: Row) -> tuple[int, int]:
    """Return what sorts those who need a call: the reason, then how long it has stood."""
    return (row.reasons[0].why, -row.reasons[0].number) if row.needs_call else (0, 0)


@never_cache
@login_required
@require_GET
def overview(request: HttpRequest, cohort_uuid: uuid.UUID) -> HttpResponse:
    """Show the figures, the matrix people × steps, progress over time and what is often missed."""
    cohort = followed_cohort(request, cohort_uuid)
    language, now = get_language() or "", timezone.now()
    board = board_of(cohort, now, language)
    sort, show = _chosen(request, "sort", SORTS), _chosen(request, "show", SHOWN)
    rows = _arranged(board, sort, show)
    figures = figures_of(board, request.user)
    context = frame(request, cohort, "overview", figures.waiting) | {
        "board": board,
        "figures": figures,
        "shown": len(rows),
        "table_rows": table_rows(board, rows, linked=_linked(request, cohort)),
        "legend": legend(),
        "sorts": [(key, label, key == sort) for key, (label, _key) in SORTS.items()],
        "filters": [(key, label, key == show) for key, (label, _is) in SHOWN.items()],
        "hard": hard_questions(cohort, board.columns, language),
        "week": cohort.week_of(now),
    }
    # The page shows nothing that a request brings along, and its one secret, the token, is masked anew each time.
    page = render(request, "cohorts/desk/overview.html", context | _over_time(board))
    return mark_masked(page, quality=BROTLI_OF_A_TABLE)


def _chosen(request: HttpRequest, name: str, known: dict[str, Any]) -> str:
    """Return which of the known choices was asked for; anything else means the first."""
    asked = request.GET.get(name, "")
    return asked if asked in known else next(iter(known))


def _arranged(board: Board, sort: str, show: str) -> list[Row]:
    rows = list(filter(SHOWN[show][1], board.rows))
    key = SORTS[sort][1]
    return sorted(rows, key=key) if key else rows


def _linked(request: HttpRequest, cohort: Cohort) -> Callable[[Row], bool]:
    """Return whose name leads on: for who leads, everybody's but their own; for who looks on, nobody's."""
    may_lead, user_id = cohort.may_lead, request.user.pk  # type: ignore[attr-defined]
    return lambda row: may_lead and row.user_id != user_id


def _over_time(board: Board) -> dict[str, Any]:
    """Return the drawing of progress over time, and what it shows as a table of weeks."""
    if not board.rows or not board.columns:
        return {"chart": "", "weeks": ()}
    parts = (board.done_moments, len(board.rows), board.dates, board.now, board.cohort.zone)
    return {
        "chart": progress_chart(course_of_time(*parts), _("Progress of the cohort over time, with the plan")),
        "weeks": course_of_time(*parts, days=7),
    }


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, cohort_uuid: uuid.UUID, enrolment_uuid: uuid.UUID) -> HttpResponse:
    """Show a learner with the reasons for a call and each step in words; take a note of the call."""
    cohort = led_cohort(request, cohort_uuid)
    enrolment = learner_of(cohort, enrolment_uuid, request.user)
    if enrolment is None:
        raise Http404
    enrolment.cohort = cohort
    now = timezone.now()
    form = CallForm(request.POST or None, today=now.astimezone(cohort.zone).date())
    if request.method == "GET" or not form.is_valid():
        return _call_page(request, cohort, enrolment, form, now)
    try:
        note_call(enrolment=enrolment, author=request.user, at=now, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal))
        return _call_page(request, cohort, enrolment, form, now, status=refusal.status)
    messages.success(request, _("Noted."))
    return redirect("cohorts:overview", cohort_uuid=cohort.uuid)


UNPROCESSABLE = 422


def _call_page(
    request: HttpRequest, cohort: Cohort, enrolment: Enrolment, form: CallForm, now: datetime, status: int = 0
) -> HttpResponse:
    dues = dues_of(enrolment)
    columns = columns_of(cohort, dues, get_language() or "")
    about, dates = followed(enrolment), dates_of(cohort, dues)
    late = late_places(about, dates, overdue(dates, now))
    labels = {column.place: column.title or column.label for column in columns}
    found = [] if enrolment.is_completed or not enrolment.is_learning else reasons(about, dates, now, late)
    context = frame(request, cohort, "overview") | {
        "enrolment": enrolment,
        "learner": enrolment.user,
        "reasons": [in_words(reason, labels) for reason in found],
        "steps": [_step(column, enrolment.steps, late) for column in columns],
        "calls": calls_about(enrolment),
        "form": form,
    }
    wanted = status or (UNPROCESSABLE if form.is_bound else 200)
    return render(request, "cohorts/desk/call.html", context, status=wanted)


def _step(column: Column, letters: str, late: Sequence[int]) -> dict[str, Any]:
    letter = letters[column.place : column.place + 1] or StepState.NOTHING.value
    css, mark = marks()[letter]
    return {
        "column": column,
        "css": css,
        "mark": mark,
        "state": StepState(letter).label,
        "is_late": column.place in late,
    }
