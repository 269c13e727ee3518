"""What is written down after calling a learner."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.enums import CallOutcome
from cohorts.services.calls import LONGEST_NOTE, LONGEST_SNOOZE

PROPOSED = timedelta(days=7)
"""After a call somebody has a week before the overview asks for another one, unless another day is chosen."""


class WordsField(forms.CharField):
    """Words as people paste them: what no database takes is left out, not complained about."""

    def to_python(self, value: Any) -> Any:
        """Return the words without NUL."""
        return super().to_python(value.replace("\0", "") if isinstance(value, str) else value)


class CallForm(forms.Form):
    """The outcome of a call, a private note, and the day on which to think of the learner again."""

    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        choices=CallOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what came of it.")},
    )
    text = WordsField(
        label=_("Note"),
        help_text=_("For those who lead this cohort only. The learner never sees it."),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    snoozed_until = forms.DateField(
        label=_("Remind me again on"),
        help_text=_("Until then the overview leaves this learner out of “needs a call”. Without a day it asks on."),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Please give the day as year-month-day, like 2026-09-01.")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = self.fields["snoozed_until"]
        day.initial = today + PROPOSED
        day.widget.attrs |= {
            "min": (today + timedelta(days=1)).isoformat(),
            "max": (today + LONGEST_SNOOZE).isoformat(),
        }
