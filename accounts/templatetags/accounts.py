"""``{{ message|said }}``."""

from django import template

from accounts.models import Message
from accounts.rendering import text_of

register = template.Library()


@register.filter
def said(message: Message) -> str:
    """Return the message's words in the reader's language."""
    return text_of(message)
