"""Which fields a translator translates and which a translation copies from its source (docs/translation.md).

What a model names in neither way belongs to each language alone: addresses, menus, dates of publication.
"""

from wagtail_localize.fields import SynchronizedField, TranslatableField

WORDS_OF_EVERY_PAGE = ("title", "seo_title", "search_description")


def translated(*names: str) -> list[TranslatableField]:
    """Return fields whose words are translated; a key to another page leads to that page in the reader's language."""
    return [TranslatableField(name) for name in names]


def copied(*names: str) -> list[SynchronizedField]:
    """Return fields that are the same in every language: numbers, choices, keys."""
    return [SynchronizedField(name, overridable=False) for name in names]
