"""What stays in the admin: practices that something leads to or was made from, themes with practices, banks in use."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.models import QuestionBank, Theme
from courses.selectors import lessons_drawing_from
from courses.selectors.uses import practices_under, titles_of_adaptations, titles_of_users
from foundation.keeping import (
    keep_pages,
    keep_snippets,
    named,
    warn_of_unpublishing,
)


def why_practices_stay(pages: Sequence[Page]) -> str:
    """Say what leads to a practice among or below ``pages``, or else which practices were adapted from it."""
    if users := titles_of_users(pages):
        sentence = _(
            "Not deleted, because lessons or assignments lead to this practice: %(titles)s. Change them first."
        )
        return sentence % {"titles": named(users)}
    if adaptations := titles_of_adaptations(pages):
        sentence = _(
            "Not deleted, because other practices were adapted from it and owe it their credit: %(titles)s. "
            "Unpublish it instead: it is then no longer shown."
        )
        return sentence % {"titles": named(adaptations)}
    return ""


def what_unpublishing_does(pages: Sequence[Page]) -> str:
    """Say which lessons and assignments lose a practice among or below ``pages`` while it is not published."""
    users = titles_of_users(pages)
    sentence = _("These lessons or assignments lead to this practice and show nothing in its place: %(titles)s.")
    return sentence % {"titles": named(users)} if users else ""


def why_themes_stay(themes: Sequence[Theme]) -> str:
    """Say which practices stand under one of ``themes``."""
    titles = practices_under(themes)
    sentence = _("Not deleted, because practices stand under this theme: %(titles)s. Give them another theme first.")
    return sentence % {"titles": named(titles)} if titles else ""


def why_banks_stay(banks: Sequence[QuestionBank]) -> str:
    """Say which lessons draw from one of ``banks``, or from one in another language."""
    titles = [lesson.title for lesson in lessons_drawing_from(banks)]
    sentence = _("Not deleted, because lessons draw questions from this bank: %(titles)s. Change them first.")
    return sentence % {"titles": named(titles)} if titles else ""


keep_pages(why_practices_stay)
warn_of_unpublishing(what_unpublishing_does)
keep_snippets(Theme, why_themes_stay)
keep_snippets(QuestionBank, why_banks_stay)
