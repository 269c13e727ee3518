"""What people are asked: phone number, code, name and school; and the forms of people in the admin."""

import unicodedata
from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm, LoginForm, ResetPasswordForm
from django import forms
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm, UserForm

from accounts.enums import GIVEN_BY_OPERATORS
from accounts.models import User
from accounts.names import spoken_group
from accounts.phones import normalise_phone
from accounts.selectors import has_consented, has_contact_note
from accounts.services.people import clean_name
from foundation.refusals import Refused
from foundation.services.audit import record_audit

UNPROCESSABLE = 422


class PhoneField(forms.CharField):
    """A mobile number as people type it; its clean value is E.164."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "tel", "autocomplete": "tel", "type": "tel"}
        super().__init__(**{"max_length": 40, "widget": forms.TextInput(attrs=attrs), **options})

    def clean(self, value: Any) -> str | None:
        """Return the number as E.164, or ``None`` for an empty optional field."""
        typed: str = super().clean(value)
        return normalise_phone(typed) if typed else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether another number was typed; another spelling of the same one is no change."""
        try:
            return bool(super().has_changed(initial, self.clean(data)))
        except ValidationError:
            return True


class NameField(forms.CharField):
    """A person's full name, as it can be printed."""

    def __init__(self, **options: Any) -> None:
        defaults = {"label": _("Full name"), "widget": forms.TextInput(attrs={"autocomplete": "name"})}
        # Characters that are no part of a name are refused by name, so nothing may be stripped or cut before.
        super().__init__(**{**defaults, "error_messages": {"required": _("Please write your name.")}, **options})

    def clean(self, value: Any) -> str:
        """Return the name tidied. Raises ``ValidationError`` that names what cannot be printed."""
        typed: str = super().clean(value)
        return clean_name(typed) if typed else ""


def privacy_link() -> SafeString:
    """Return the link to the privacy notice in the reader's language; the page is made with the site."""
    link = '<a href="/{}/privacy/" target="_blank" rel="noopener">{}</a>'
    return format_html(link, get_language() or "", gettext("Read the privacy notice"))


class ConsentField(forms.BooleanField):
    """The privacy notice, to be agreed to."""

    def __init__(self, **options: Any) -> None:
        defaults: dict[str, Any] = {
            "label": _("I have read the privacy notice and agree to it."),
            "help_text": lazy(privacy_link, str)(),
            "error_messages": {
                "required": _("Please read the privacy notice and agree to it; without it we may not keep your number.")
            },
        }
        super().__init__(**{**defaults, **options})


class PhoneForm(forms.Form):
    """The one form of signing in, for people we know and people we do not. Used here and on the page of joining."""

    phone = PhoneField(
        label=_("Mobile number"),
        help_text=_("We send a code of six digits by text message."),
        error_messages={"required": _("Please write your mobile number.")},
    )
    consent = ConsentField()
    shared = forms.BooleanField(
        label=_("This is a shared phone"),
        help_text=_(
            "You are signed out after two hours. When you sign out, what is yours is taken off it; "
            "what has not been sent is asked about first."
        ),
        required=False,
    )
    retry_after = 0
    """Seconds after which another try makes sense, when the sending was refused."""

    _refused_status = 0

    def refuse(self, refusal: Refused) -> None:
        """Show beside the number why no code was sent; what was typed stays."""
        self.add_error("phone", ValidationError(refusal.sentence, code=refusal.code))
        self._refused_status = refusal.status
        self.retry_after = getattr(refusal, "retry_after", 0)

    @property
    def status(self) -> int:
        """The HTTP status of a page that shows this form."""
        return self._refused_status or (UNPROCESSABLE if self.errors else 200)


class CodeForm(ConfirmLoginCodeForm):
    """The code, as typed or pasted: full-width digits and spaces are fine."""

    code = forms.CharField(
        label=_("Code from the message"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
        error_messages={"required": _("Please write the six digits from the text message.")},
    )

    def clean_code(self) -> str:
        """Return the code when it is the one that was sent."""
        self.cleaned_data["code"] = unicodedata.normalize("NFKC", self.cleaned_data["code"])
        code: str = super().clean_code()
        return code


class GivenCodeForm(forms.Form):
    """The code that a facilitator gave."""

    code = forms.CharField(
        label=_("Code from your facilitator"),
        max_length=40,
        help_text=_("Eight letters and digits, for example K7QM 2PXW."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Please write the code that your facilitator gave you.")},
    )
    shared = forms.BooleanField(
        label=_("This is a shared phone"),
        help_text=_(
            "You are signed out after two hours. When you sign out, what is yours is taken off it; "
            "what has not been sent is asked about first."
        ),
        required=False,
    )


class WelcomeForm(forms.Form):
    """Who somebody is, asked once, right after the first code."""

    full_name = NameField(help_text=_("As it should appear on your certificate."))
    school = forms.CharField(
        label=_("School"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    region = forms.CharField(
        label=_("Province or region"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-level1"}),
    )
    consent = ConsentField()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        initial = {"full_name": user.full_name, "school": user.school, "region": user.region}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        if has_consented(user):
            del self.fields["consent"]


class NameForm(forms.Form):
    """The name to be printed."""

    full_name = NameField()


class ProfileForm(forms.Form):
    """What a person may change about themselves."""

    full_name = NameField()
    school = forms.CharField(label=_("School"), max_length=100, required=False)
    region = forms.CharField(label=_("Province or region"), max_length=60, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)
    contact_note = forms.CharField(
        label=_("How to reach you"),
        max_length=200,
        required=False,
        help_text=_("Shown to the learners of your cohorts, for example a phone number and when to call."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        fields = ("full_name", "school", "region", "language", "contact_note")
        kwargs["initial"] = {name: getattr(user, name) for name in fields}
        super().__init__(*args, **kwargs)
        if not has_contact_note(user):
            del self.fields["contact_note"]


class AdminLanguageForm(forms.ModelForm[User]):
    """The language of the person, on the admin's account page; the same one as on the site."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ("language",)


class StaffSignInForm(LoginForm):
    """E-mail and password, without words inside the fields: they vanish when one types."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class PasswordForgottenForm(ResetPasswordForm):
    """Where to send the link for a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].widget.attrs.pop("placeholder", None)


# --- People in the admin -------------------------------------------------------------------------------------------


class GroupsField(forms.ModelMultipleChoiceField):
    """The groups of the site, by their names in the reader's language."""

    def label_from_instance(self, obj: Group) -> str:
        """Return the group's name."""
        return spoken_group(obj.name)


class PersonForm(UserForm):
    """Wagtail's form of a person, with one full name, and with a phone number or an e-mail address or both."""

    first_name = None
    last_name = None
    full_name = NameField()
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        empty_value=None,
        help_text=_("Needed to sign in with a password. Principals sign in with their phone and need none."),
    )
    phone = PhoneField(label=_("Mobile number"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    groups = GroupsField(
        label=_("Groups"), queryset=Group.objects.order_by("pk"), required=False, widget=forms.CheckboxSelectMultiple
    )
    password_required = False

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        del self.fields["username"]  # made by the model; it tells nothing
        if not by.is_superuser:  # whoever may edit people may not raise themselves or others to what they are
            self.fields.pop("is_superuser", None)
            self._offer_groups()

    def _offer_groups(self) -> None:
        """Offer the groups that operators give; to oneself nobody gives any."""
        if self.instance.pk == self.by.pk:
            del self.fields["groups"]
            return
        offered: Any = self.fields["groups"]
        offered.queryset = offered.queryset.filter(name__in=GIVEN_BY_OPERATORS)

    def clean_groups(self) -> list[Group]:
        """Return the chosen groups and those that were not offered: they stay as they are."""
        chosen = list(self.cleaned_data["groups"])
        if self.by.is_superuser or self.instance.pk is None:
            return chosen
        return [*chosen, *self.instance.groups.exclude(name__in=GIVEN_BY_OPERATORS)]

    def separate_username_field(self) -> bool:
        """Show no username."""
        return False

    def clean_email(self) -> str | None:
        """Return the address in small letters, as it is kept."""
        email: str | None = self.cleaned_data["email"]
        return email.lower() if email else None

    def clean(self) -> dict[str, Any]:
        """Refuse a person whom neither a phone nor an address leads in."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("phone") and not cleaned.get("email") and not {"phone", "email"} & set(self.errors):
            self.add_error("phone", _("Please give a mobile number or an e-mail address: nobody can sign in without."))
        return cleaned

    def save(self, commit: bool = True) -> User:
        """Save the person. A name or number changed here is not yet confirmed by its owner."""
        is_new = self.instance.pk is None
        if is_new and not self.cleaned_data.get("password1"):
            self.instance.set_password(None)
        if "full_name" in self.changed_data:
            self.instance.name_confirmed_at = None
        if "phone" in self.changed_data:
            self.instance.phone_verified_at = None
        user: User = super().save(commit=commit)
        if commit:
            fields = ",".join(sorted(set(self.changed_data) - {"password2"}))
            action = "person_made" if is_new else "person_changed"
            record_audit(action=action, subject=user, at=timezone.now(), actor=self.by, fields=fields)
        return user


PERSON_FIELDS = ("username", "full_name", "email", "phone", "school", "region", "language", "contact_note")


class PersonCreationForm(PersonForm, UserCreationForm):
    """A new person."""

    class Meta(UserCreationForm.Meta):
        fields = (*PERSON_FIELDS, "is_superuser", "groups")


class PersonEditForm(PersonForm, UserEditForm):
    """A person who is there."""

    class Meta(UserEditForm.Meta):
        fields = (*PERSON_FIELDS, "is_active", "is_superuser", "groups")


class NameEmailForm(forms.ModelForm):
    """What staff change about themselves in the admin's account page."""

    full_name = NameField()
    email = forms.EmailField(label=_("E-mail address"), required=True)

    class Meta:
        model = User
        fields = ("full_name", "email")

    def clean_email(self) -> str:
        """Return the address in small letters, as it is kept."""
        return str(self.cleaned_data["email"]).lower()

    def save(self, commit: bool = True) -> User:
        """Save; a changed name has to be confirmed again."""
        if "full_name" in self.changed_data:
            self.instance.name_confirmed_at = None
        user: User = super().save(commit=commit)
        return user
