"""Giving longer, in a form."""

import uuid
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.forms.cohort import DayField
from cohorts.models import Cohort, Enrolment
from cohorts.services.extensions import LONGEST_REASON


class ExtensionForm(forms.Form):
    """For which step, who, until which day, and why."""

    step = forms.ChoiceField(label=_("Step"), error_messages={"required": _("Please choose a step.")})
    everybody = forms.BooleanField(label=_("Everybody in the cohort"), required=False)
    learners = forms.MultipleChoiceField(
        label=_("Or these learners"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Somebody you chose is not in this cohort, or was withdrawn.")},
    )
    until = DayField(
        label=_("New last day"),
        help_text=_("Until the end of this day, by the time of the cohort."),
        error_messages={"required": _("Please give the new last day.")},
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Seen by those who lead the cohort only."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Please write why. The others who lead this cohort will want to know.")},
    )

    def __init__(
        self,
        *args: Any,
        cohort: Cohort,
        steps: Sequence[tuple[str, str]],
        learners: Sequence[Enrolment],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.cohort = cohort
        self.fields["step"].choices = steps  # type: ignore[attr-defined]
        self.fields["learners"].choices = [(str(one.uuid), str(one.user)) for one in learners]  # type: ignore[attr-defined]
        self.all = [one.uuid for one in learners]

    @property
    def chosen(self) -> list[uuid.UUID]:
        """Who gets longer."""
        cleaned = self.cleaned_data
        return self.all if cleaned["everybody"] else [uuid.UUID(number) for number in cleaned["learners"]]

    @property
    def moment(self) -> datetime:
        """The end of the day, where the cohort is."""
        return datetime.combine(self.cleaned_data["until"], time.max, tzinfo=self.cohort.zone)
