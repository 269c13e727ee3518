"""Showing messages, phone numbers and what somebody is here."""

from django import template

from accounts.models import Message, User
from accounts.names import spoken_roles
from accounts.phones import spoken_phone
from accounts.rendering import text_of

register = template.Library()


@register.filter
def said(message: Message) -> str:
    """Return the words of a message in the reader's language. Plain text: the template escapes it."""
    return text_of(message)


@register.filter
def spoken(phone: str) -> str:
    """Return a phone number as people write it."""
    return spoken_phone(phone)


@register.filter
def roles(person: User) -> str:
    """Return what somebody may do here, in words."""
    return spoken_roles(person)
