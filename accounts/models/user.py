"""The user model: one-way door, right from the first migration (docs/decisions/0001)."""

import uuid
from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.names import sort_key_of


def new_username() -> str:
    """Return a fresh username: 32 hexadecimal digits that tell nothing about the person."""
    return uuid.uuid4().hex


class UserManager(BaseUserManager["User"]):
    """Makes users. People sign in by phone or e-mail; the username is only an identifier."""

    def create_user(
        self,
        username: str | None = None,
        *,
        full_name: str = "",
        phone: str | None = None,
        email: str | None = None,
        password: str | None = None,
        **fields: Any,
    ) -> "User":
        """Return a saved user. Without a password the account can only be entered with a code."""
        user = self.model(
            username=username or new_username(),
            full_name=full_name,
            phone=phone or None,
            email=self.normalize_email(email).lower() if email else None,
            **fields,
        )
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str | None = None, **fields: Any) -> "User":
        """Return a user with every right; used by ``createsuperuser`` and by ``create_operator``."""
        return self.create_user(username, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a user by e-mail address or by username, so that ``createsuperuser`` and password login both work."""
        return self.get(Q(username=username) | Q(email=username))


class User(AbstractBaseUser, PermissionsMixin):
    """A person: principal, facilitator, volunteer or operator. One full name, as the person writes it."""

    username = models.CharField(_("identifier"), max_length=32, unique=True, default=new_username)
    full_name = models.CharField(_("full name"), max_length=60, blank=True)
    sort_key = models.CharField(_("sort key"), max_length=200, blank=True, db_index=True)
    surname_reading = models.CharField(
        _("reading of the surname"),
        max_length=20,
        blank=True,
        help_text=_("In pinyin, where the surname is read otherwise than the list sorts it: zeng for 曾."),
    )
    phone = models.CharField(_("phone number"), max_length=16, unique=True, null=True, blank=True)
    phone_verified_at = models.DateTimeField(null=True, blank=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True, null=True, blank=True)
    school = models.CharField(_("school"), max_length=100, blank=True)
    region = models.CharField(_("province or region"), max_length=60, blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    contact_note = models.CharField(
        _("how to reach you"),
        max_length=200,
        blank=True,
        help_text=_("Shown to the learners of your cohorts, for example a phone number and when to call."),
    )
    name_confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_staff = models.BooleanField(_("staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    sessions_ended = models.PositiveIntegerField(default=0, editable=False)
    """How often the person signed out everywhere else; what was begun before the last time is no session of theirs."""

    date_joined = models.DateTimeField(_("joined at"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email", "full_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["sort_key", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(phone=""), name="user_phone_is_null_or_a_number"),
            models.CheckConstraint(condition=~Q(email=""), name="user_email_is_null_or_an_address"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email or str(_("person without a name"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep ``sort_key`` in step with the name, and empty contact fields as NULL (they are unique)."""
        self.phone = self.phone or None
        self.email = self.email or None
        self.sort_key = sort_key_of(self.full_name, self.surname_reading)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "sort_key"}
        super().save(*args, **kwargs)

    def get_session_auth_hash(self) -> str:
        """Return what a session must bear to be this person's: changed by a new password and by ``sessions_ended``."""
        return self._of_this_time(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Return the same for each secret that was in force before."""
        return map(self._of_this_time, super().get_session_auth_fallback_hash())

    def _of_this_time(self, auth_hash: str) -> str:
        return f"{auth_hash}:{self.sessions_ended}" if self.sessions_ended else auth_hash

    @property
    def first_name(self) -> str:
        """The name; Wagtail's sidebar greets people by it."""
        return str(self)

    def get_full_name(self) -> str:
        """Return the name; Wagtail asks for it."""
        return str(self)

    def get_short_name(self) -> str:
        """Return the name; Chinese names have no short form that we could guess."""
        return str(self)
