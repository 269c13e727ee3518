"""What a facilitator tells a cohort, as a form."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cohorts.services.announcing import LONGEST_TEXT
from foundation.uploads import CleanImage, UploadRefused, clean_photo

LONGEST_TITLE = 100


class AnnouncementForm(forms.Form):
    """A title, words, perhaps a picture; at once or from a moment in the cohort's own time."""

    title = forms.CharField(
        label=_("Title"), max_length=LONGEST_TITLE, error_messages={"required": _("Please give it a title.")}
    )
    text = forms.CharField(
        label=_("Words"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 6})
    )
    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("It is made small, and the place where it was taken is removed. Please show no child."),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    publish_at = forms.DateTimeField(
        label=_("Out from"),
        required=False,
        help_text=_("Empty: at once. Otherwise a day and a time of the cohort."),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Please give day and time like 2026-09-01 20:00.")},
    )
    is_pinned = forms.BooleanField(label=_("Keep it above the others"), required=False)

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean_publish_at(self) -> datetime | None:
        """Return the moment as it is meant: in the cohort's own time zone, whatever the site's is."""
        moment: datetime | None = self.cleaned_data["publish_at"]
        return moment.replace(tzinfo=self.zone) if moment else None

    def clean_picture(self) -> CleanImage | None:
        """Return the picture made small and without metadata; refuse in words what is none."""
        file = self.cleaned_data["picture"]
        if not file:
            return None
        try:
            return clean_photo(file)
        except UploadRefused as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal
