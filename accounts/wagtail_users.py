"""Wagtail's screens for people, fitted to our user model: one full name, phone and e-mail both optional."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import UserViewSet

from accounts.models import User
from accounts.models.user import new_username
from accounts.phones import normalise_phone

FIELDS = [
    "username",
    "full_name",
    "phone",
    "email",
    "school",
    "region",
    "language",
    "contact_note",
    "is_superuser",
    "groups",
]


class PersonFormMixin(forms.ModelForm):
    """What creating and editing a person have in common."""

    first_name = None
    last_name = None
    email = forms.EmailField(label=_("E-mail address"), required=False)
    phone = forms.CharField(label=_("Phone number"), required=False, max_length=30)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        username = self.fields["username"]
        username.widget = forms.HiddenInput()
        username.required = False
        self.fields["full_name"].required = True

    def clean_username(self) -> str:
        """Keep the identifier, or make one: nobody types it."""
        return self.instance.username or new_username()

    def clean_phone(self) -> str | None:
        """Return the number in E.164, or nothing."""
        typed = self.cleaned_data["phone"]
        return normalise_phone(typed) if typed else None

    def clean_email(self) -> str | None:
        """Return the address in lower case, or nothing."""
        return self.cleaned_data["email"].lower() or None

    def clean(self) -> dict[str, Any]:
        """Refuse somebody whom we could never reach."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("phone") and not cleaned.get("email") and not self.errors:
            raise ValidationError(_("Please give a phone number or an e-mail address, so that the person can sign in."))
        return cleaned


class PersonCreationForm(PersonFormMixin, UserCreationForm):
    """Makes a person. Without a password they sign in by phone."""

    password_required = False

    class Meta(UserCreationForm.Meta):
        model = User
        fields = FIELDS


class PersonEditForm(PersonFormMixin, UserEditForm):
    """Edits a person."""

    class Meta(UserEditForm.Meta):
        model = User
        fields = [*FIELDS, "is_active"]


class TerraceUserViewSet(UserViewSet):
    """The people screens of the admin."""

    create_template_name = "accounts/admin/create.html"
    edit_template_name = "accounts/admin/edit.html"

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        """Return the form to create or to edit a person."""
        return PersonEditForm if for_update else PersonCreationForm
