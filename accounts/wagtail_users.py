"""Wagtail's screens for people, fitted to one full name and to people without an e-mail address."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.users.views.users import CreateView, EditView, IndexView, UserColumn, UserViewSet

from accounts.forms import PersonCreationForm, PersonEditForm
from accounts.models import User
from accounts.names import spoken_roles
from accounts.phones import spoken_phone


class PeopleIndexView(IndexView):
    """The list of people: by name, with how they sign in."""

    @cached_property
    def columns(self) -> list[Column]:
        """Return the columns; names sort as Chinese names do."""
        title_column = self._get_title_column_class(UserColumn)
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type="user"),
            title_column(
                "name",
                accessor=str,
                label=_("Full name"),
                sort_key="sort_key",
                get_url=self.get_edit_url,
                classname="name",
            ),
            Column("school", label=_("School"), sort_key="school"),
            Column("phone", accessor=lambda u: spoken_phone(u.phone) if u.phone else "", label=_("Mobile number")),
            Column("email", accessor=lambda u: u.email or "", label=_("E-mail address"), sort_key="email"),
            Column("rights", accessor=spoken_roles, label=_("Rights")),
            BooleanColumn("is_active", label=_("Active"), sort_key="is_active"),
            DateColumn("last_login", label=_("Last sign-in"), sort_key="last_login", width="15%"),
        ]

    def get_base_queryset(self) -> QuerySet[User]:
        """Return the people with their groups."""
        people: QuerySet[User] = super().get_base_queryset().prefetch_related("groups")
        return people

    @cached_property
    def search_fields(self) -> set[str]:
        """Return what the search looks at."""
        return {"full_name", "sort_key", "school", "email", "phone"}

    def order_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        """Return the people in the order asked for."""
        ordered: QuerySet[User] = super(IndexView, self).order_queryset(queryset)
        return ordered


class PersonCreateView(CreateView):
    """Adds a person."""

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form who is acting."""
        return {**super().get_form_kwargs(), "by": self.request.user}


class PersonEditView(EditView):
    """Changes a person. Only operators change operators: a new password would be a way to become one."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse, or answer."""
        if self.object.is_superuser and not request.user.is_superuser:
            raise PermissionDenied
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form who is acting."""
        return {**super().get_form_kwargs(), "by": self.request.user}


class TerraceUserViewSet(UserViewSet):
    """Listing, adding and changing people in the admin."""

    ordering = "sort_key"
    copy_view_enabled = False  # nobody is a copy of somebody
    menu_label = _("People")
    index_view_class = PeopleIndexView
    add_view_class = PersonCreateView
    edit_view_class = PersonEditView
    create_template_name = "accounts/admin/create.html"
    edit_template_name = "accounts/admin/edit.html"

    def get_form_class(self, for_update: bool = False) -> type[PersonCreationForm] | type[PersonEditForm]:
        """Return our form for adding or changing."""
        return PersonEditForm if for_update else PersonCreationForm
