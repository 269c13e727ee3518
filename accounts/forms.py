"""Forms about people. What is typed wrongly comes back with the words as they were typed."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.phones import normalise_phone
from accounts.services.people import LONGEST_NAME, clean_name


class PhoneField(forms.CharField):
    """A phone number as people type it; cleans to E.164."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Phone number"))
        kwargs.setdefault("max_length", 30)
        kwargs.setdefault("error_messages", {"required": _("Please type your phone number.")})
        super().__init__(**kwargs)
        self.widget = forms.TextInput(
            attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "placeholder": "138 0000 0000"}
        )

    def clean(self, value: Any) -> str:
        """Return the number in E.164."""
        return normalise_phone(super().clean(value))


def consent_label() -> SafeString:
    """Return the words beside the tick, with a link to the notice."""
    return format_html(
        '{} <a href="/{}/privacy/">{}</a>',
        gettext("I have read and agree to the"),
        get_language(),
        gettext("privacy notice"),
    )


class PhoneForm(forms.Form):
    """The one form for signing in and for joining (docs/decisions/0011)."""

    phone = PhoneField(help_text=_("We send a code to it. No password is needed."))
    consent = forms.BooleanField(
        label=lazy(consent_label, str)(),
        error_messages={"required": _("We need your consent to keep what you do. Please read the notice and tick it.")},
    )


class NameField(forms.CharField):
    """A full name that a certificate can print."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Full name"))
        super().__init__(max_length=LONGEST_NAME, **kwargs)
        self.widget.attrs["autocomplete"] = "name"
        self.error_messages["required"] = _("Please write your name.")

    def clean(self, value: Any) -> str:
        """Return the tidy name, or name the characters that cannot be printed."""
        return clean_name(super().clean(value))


class WelcomeForm(forms.Form):
    """What we ask once: who you are and where you work."""

    full_name = NameField(help_text=_("As it should stand on your certificate."))
    school = forms.CharField(label=_("School"), max_length=100, required=False)
    region = forms.CharField(label=_("Province or region"), max_length=60, required=False)


class NameForm(forms.Form):
    """The name as it will be printed."""

    full_name = NameField()


class ProfileForm(WelcomeForm):
    """What a person may change about themselves."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    contact_note = forms.CharField(
        label=_("How to reach you"),
        max_length=200,
        required=False,
        help_text=_("Shown to the learners of your cohorts, for example a phone number and when to call."),
    )

    @classmethod
    def of(cls, user: User, data: Any = None) -> "ProfileForm":
        """Return the form filled with what we know of ``user``."""
        names = ("full_name", "school", "region", "language", "contact_note")
        return cls(data, initial={name: getattr(user, name) for name in names})
