"""The languages of the site, from its settings; the first one is the language that content is first looked for in."""

from django.conf import settings

LANGUAGES: tuple[str, ...] = tuple(code for code, _label in settings.LANGUAGES)
