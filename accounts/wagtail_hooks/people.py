"""Where Wagtail's own screens of people would fail for ours: the account page, and deleting."""

from typing import Any

from django.contrib import messages
from django.db import router
from django.db.models import ProtectedError
from django.db.models.deletion import Collector
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.views.account import LocaleSettingsPanel, NameEmailSettingsPanel

from accounts.enums import GIVEN_BY_OPERATORS
from accounts.forms import AdminLanguageForm, NameEmailForm
from accounts.models import User

# The stock form asks for first and last name. The panel offers no other way in than its class attribute.
NameEmailSettingsPanel.form_class = NameEmailForm

# Wagtail keeps a second language beside the person's, and 400 time zones in English beside the site's only one.
LocaleSettingsPanel.form_class = AdminLanguageForm
LocaleSettingsPanel.form_object = "user"
LocaleSettingsPanel.title = gettext_lazy("Language")


@hooks.register("before_delete_user")
def keep_who_left_traces(request: HttpRequest, user: User) -> HttpResponse | None:
    """Refuse, in words, to delete somebody whom records name; they can be switched off instead."""
    return _refusal(request, [user])


@hooks.register("before_bulk_action")
def keep_those_who_left_traces(request: HttpRequest, action: str, people: list[Any], view: Any) -> HttpResponse | None:
    """Refuse the same for many at once."""
    if action == "delete" and people and all(isinstance(person, User) for person in people):
        return _refusal(request, people)
    return None


@hooks.register("before_bulk_action")
def raise_nobody_above_oneself(request: HttpRequest, action: str, people: list[Any], view: Any) -> HttpResponse | None:
    """Refuse by the bulk actions what the form of one person refuses: Wagtail asks there for one right only."""
    if action not in ("assign_role", "set_active_state") or request.user.is_superuser:
        return None
    role = view.cleaned_form.cleaned_data.get("role")
    is_mine_to_give = role is None or role.name in GIVEN_BY_OPERATORS
    if is_mine_to_give and not any(person.is_superuser or person == request.user for person in people):
        return None
    messages.error(request, _("Nothing was changed: whoever may do everything, and operators, are not made here."))
    return redirect("wagtailusers_users:index")


def _refusal(request: HttpRequest, people: list[User]) -> HttpResponse | None:
    kept = [str(person) for person in people if _has_records(person)]
    if not kept:
        return None
    sentence = _(
        "Not deleted, because learning records, consents or certificates name them: %(names)s. "
        "Untick “Active” instead: they can then no longer sign in."
    )
    messages.error(request, sentence % {"names": ", ".join(kept)})
    return redirect("wagtailusers_users:index")


def _has_records(person: User) -> bool:
    collector = Collector(using=router.db_for_write(User))
    try:
        collector.collect([person])
    except ProtectedError:
        return True
    return False
