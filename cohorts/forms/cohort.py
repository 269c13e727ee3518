"""What a cohort is, in forms: making one, cloning it, changing it, and its days in one table."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.enums import Pace
from cohorts.models import Cohort
from cohorts.rules.pace import AFTER_END, BEFORE_START, DUE_BEFORE_OPEN, LESSONS, OPENS, WORK, Fault, Plan
from courses.models import CoursePage
from courses.selectors import ModuleOutline, Step

MOST_PLACES = 5000
LONGEST_RUN = 3 * 366  # days; more is a slip of the finger

ZONES = (
    ("Asia/Shanghai", _("China (Beijing time)")),
    ("Asia/Urumqi", _("Xinjiang (Ürümqi time)")),
    ("Asia/Kathmandu", _("Nepal")),
    ("Asia/Kolkata", _("India")),
    ("Asia/Dhaka", _("Bangladesh")),
    ("Asia/Manila", _("Philippines")),
    ("Africa/Nairobi", _("East Africa")),
    ("Africa/Lagos", _("West Africa")),
    ("Europe/London", _("United Kingdom")),
    ("UTC", _("UTC")),
)
"""Where cohorts are held; another zone that a cohort has already is offered for it too."""


class DayField(forms.DateField):
    """A day, with the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        errors = {"invalid": _("Please give the day as year-month-day, like 2026-09-01.")}
        super().__init__(**{"widget": widget, "input_formats": ["%Y-%m-%d"], "error_messages": errors, **options})


class PlacesField(forms.IntegerField):
    """How many learners a cohort has room for; empty for any number."""

    def __init__(self, **options: Any) -> None:
        defaults = {
            "label": _("Number of places"),
            "min_value": 1,
            "max_value": MOST_PLACES,
            "required": False,
            "widget": forms.NumberInput(attrs={"inputmode": "numeric"}),
            "help_text": _("Empty means as many as come. Whoever comes when all are taken is put on a list."),
        }
        super().__init__(**{**defaults, **options})


def name_field() -> forms.CharField:
    """Return the field for the name of a cohort, the same in every form."""
    return forms.CharField(
        label=_("Name of the cohort"),
        help_text=_("Learners see it, such as “Autumn 2026”."),
        max_length=100,
        error_messages={"required": _("Please give the cohort a name.")},
    )


class CohortForm(forms.Form):
    """A new cohort. The facilitator is asked only of who runs the site; everybody else leads what they make."""

    course = forms.ModelChoiceField(
        CoursePage.objects.none(),
        label=_("Course"),
        empty_label=None,
        error_messages={"required": _("Please choose a course.")},
    )
    name = name_field()
    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day"))
    pace = forms.ChoiceField(
        label=_("How do the modules open?"),
        help_text=_("Days and deadlines are proposed from it; you can change each of them on the next page."),
        choices=Pace.choices,
        initial=Pace.WEEKLY,
        widget=forms.RadioSelect,
    )
    capacity = PlacesField()
    language = forms.ChoiceField(label=_("Language of the cohort"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("A day of the cohort begins and ends there."), choices=ZONES
    )
    facilitator = forms.EmailField(label=_("Facilitator’s e-mail address"), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        first = settings.LANGUAGES[0][0]
        courses = CoursePage.objects.live().filter(locale__language_code=first).order_by("title")
        self.fields["course"].queryset = courses  # type: ignore[attr-defined]
        if user.has_perm("cohorts.add_cohort"):
            self.fields["facilitator"].help_text = _("Leave it empty to lead the cohort yourself.")
        else:
            del self.fields["facilitator"]

    def clean_facilitator(self) -> User | None:
        """Return who has that address, or nobody for an empty field."""
        address = self.cleaned_data["facilitator"]
        if not address:
            return None
        found = User.objects.filter(email=address.lower(), is_active=True).first()
        if found is None:
            raise ValidationError(_("Nobody here has that address. The account has to be made first."))
        return found

    def clean(self) -> dict[str, Any]:
        """Refuse dates that run backwards, and a run of years that nobody means."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on:
            check_dates(self, starts_on, ends_on)
        return cleaned


def check_dates(form: forms.Form, starts_on: date, ends_on: date) -> None:
    """Say beside the last day when it lies before the first, or years after it."""
    if ends_on < starts_on:
        form.add_error("ends_on", _("The last day lies before the first."))
    elif (ends_on - starts_on).days > LONGEST_RUN:
        form.add_error("ends_on", _("That is more than three years. Please look at the years of both days."))


class CloneForm(forms.Form):
    """A cohort like an earlier one: only its name and its first day are new."""

    name = name_field()
    starts_on = DayField(
        label=_("First day"), help_text=_("Every other day moves along. Nobody is copied into the new cohort.")
    )


class SettingsForm(forms.Form):
    """What may change while a cohort runs."""

    name = name_field()
    ends_on = DayField(label=_("Last day"))
    joining_closes_on = DayField(
        label=_("Last day to join"), help_text=_("Empty: until the last day of the cohort."), required=False
    )
    language = forms.ChoiceField(label=_("Language of the cohort"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        self.cohort = cohort
        fields = ("name", "ends_on", "joining_closes_on", "language")
        kwargs.setdefault("initial", {name: getattr(cohort, name) for name in fields})
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Refuse dates that run backwards."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        ends_on, closes_on = cleaned.get("ends_on"), cleaned.get("joining_closes_on")
        if ends_on:
            check_dates(self, self.cohort.starts_on, ends_on)
        if ends_on and closes_on and closes_on > ends_on:
            self.add_error("joining_closes_on", _("That is after the last day of the cohort."))
        return cleaned


FAULTS = {
    BEFORE_START: _("This day lies before the cohort’s first day."),
    AFTER_END: _("This day lies after the cohort’s last day."),
    DUE_BEFORE_OPEN: _("This is due before the module opens."),
}


@dataclass(frozen=True)
class PlanRow:
    """A row of the table: a module, or an assignment of it. ``opens`` only where the pace opens modules by days."""

    title: str
    number: int
    opens: forms.BoundField | None
    due: forms.BoundField | None
    has_days: bool

    @property
    def errors(self) -> list[str]:
        """What is wrong in this row, each sentence once."""
        found = [error for field in (self.opens, self.due) if field for error in field.errors]
        return list(dict.fromkeys(str(error) for error in found))


class PlanForm(forms.Form):
    """The days of a cohort in one table: when each module opens, until when its lessons and assignments are due.

    Its fields are called by the kind of day and the key: ``opens-<module>``, ``lessons-<module>``,
    ``work-<assignment>``.
    """

    def __init__(self, *args: Any, cohort: Cohort, modules: Sequence[ModuleOutline], plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.modules = modules
        self.has_releases = cohort.pace != Pace.OPEN
        for module in modules:
            key = str(module.key)
            if self.has_releases:
                self._add(OPENS, key, _("%(title)s: opens on"), module.title, plan.opens.get(key))
            if module.lessons:
                self._add(LESSONS, key, _("%(title)s: lessons due on"), module.title, plan.lessons_due.get(key))
            for step in assignments_of(module):
                day = plan.assignments_due.get(str(step.key))
                self._add(WORK, str(step.key), _("%(title)s: due on"), step.title, day)

    def _add(self, kind: str, key: str, label: Any, title: str, day: date | None) -> None:
        self.fields[f"{kind}-{key}"] = DayField(label=label % {"title": title}, initial=day, required=False)

    def rows(self) -> Iterator[PlanRow]:
        """Yield the rows in the order of the course."""
        for number, module in enumerate(self.modules, start=1):
            opens, due = self._field(OPENS, module.key), self._field(LESSONS, module.key)
            yield PlanRow(module.title, number, opens, due, bool(opens or due))
            for step in assignments_of(module):
                yield PlanRow(step.title, 0, None, self._field(WORK, step.key), has_days=True)

    def _field(self, kind: str, key: object) -> forms.BoundField | None:
        name = f"{kind}-{key}"
        return self[name] if name in self.fields else None

    @property
    def plan(self) -> Plan:
        """The plan as it was typed; what was left empty has no day."""
        return Plan(self._days(OPENS), self._days(LESSONS), self._days(WORK))

    def _days(self, kind: str) -> dict[str, date]:
        days = ((name.partition("-"), day) for name, day in self.cleaned_data.items() if day)
        return {key: day for (found, _dash, key), day in days if found == kind}

    def mark(self, faults: Iterable[Fault]) -> None:
        """Say beside each day that cannot stand what is wrong with it."""
        for fault in faults:
            self.add_error(f"{fault.kind}-{fault.key}", FAULTS[fault.code])


def assignments_of(module: ModuleOutline) -> list[Step]:
    """Return the assignments of a module."""
    return [step for step in module.steps if step.is_assignment]


def next_monday() -> date:
    """Return the next Monday: when most cohorts begin."""
    today = timezone.localdate()
    return date.fromordinal(today.toordinal() + 7 - today.weekday())
