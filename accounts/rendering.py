"""What a message says in the reader's language, and where reading it leads."""

from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from accounts.models import Message


def text_of(message: Message) -> str:
    """Return the message's words as plain text, from ``templates/messages/<event>/web.txt``.

    A parameter that is a mapping of languages is given in the active one.
    """
    language = get_language() or ""
    params = {
        name: value.get(language) or next(iter(value.values()), "") if isinstance(value, dict) else value
        for name, value in message.params.items()
    }
    return str(render_to_string(f"messages/{message.event}/web.txt", params)).strip()


def address_of(message: Message) -> str:
    """Return the address that the message's link names, or Today's when it names none."""
    name, *args = message.link.split("|")
    try:
        return reverse(name or "today", args=args)
    except NoReverseMatch:
        return reverse("today")
