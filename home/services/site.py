"""The pages without which there is no site: a home page, a catalogue, a library and a privacy notice a language."""

from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page, Site

from courses.blocks.identity import stable_id
from courses.models import CourseIndexPage, PracticeIndexPage
from courses.services.translating.pairs import adopt_keys
from foundation.languages import LANGUAGES
from home.models import HomePage, StandardPage
from home.services.rights import grant_rights, prepare_review

P = TypeVar("P", bound=Page)


@transaction.atomic
def prepare_site() -> Site:
    """Make the pages that every site needs, in every language, with the rights on them, and return the site.

    Run again, it changes nothing.
    """
    _remove_welcome_page()
    homes = {language: _prepare_language(language) for language in LANGUAGES}
    _pair_languages()
    main = homes[LANGUAGES[0]]
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    if site.root_page_id != main.pk:
        site.hostname, site.port, site.root_page, site.site_name = "localhost", 80, main, "Terrace"
        site.save()
    grant_rights()
    prepare_review()
    return site


def _prepare_language(language: str) -> HomePage:
    locale, _created = Locale.objects.get_or_create(language_code=language)
    root = Page.get_first_root_node()
    with translation.override(language):
        home = _page(
            HomePage,
            root,
            locale,
            "home",
            slug="home" if language == LANGUAGES[0] else f"home-{language}",
            title=_("Terrace"),
            lead=_(
                "What the best rural principals do, made into courses that you study on your phone and try at school."
            ),
        )
        _page(CourseIndexPage, home, locale, "courses", slug="courses", title=_("Courses"))
        _page(
            PracticeIndexPage,
            home,
            locale,
            "practices",
            slug="practices",
            title=_("Practices"),
            introduction=_("Methods that principals use in their own schools, told so that you can try them in yours."),
        )
        _page(
            StandardPage,
            home,
            locale,
            "privacy",
            slug="privacy",
            title=_("Privacy notice"),
            body=render_to_string(f"home/privacy/{language}.html"),
        )
    return home


def _page(model: type[P], parent: Page, locale: Locale, key: str, **fields: Any) -> P:
    translation_key = UUID(stable_id("site", key))
    page = model.objects.filter(translation_key=translation_key, locale=locale).first()
    if page is None:
        page = model(translation_key=translation_key, locale=locale, **fields)
        parent.refresh_from_db()
        parent.add_child(instance=page)
        page.save_revision().publish()
    return page


def _pair_languages() -> None:
    """Let the pages of the second language be known as translations, so that a change in the first is seen there."""
    keys = [UUID(stable_id("site", key)) for key in ("home", "courses", "practices", "privacy")]
    adopt_keys(keys, language=LANGUAGES[0], at=timezone.now(), only_new=True)


def _remove_welcome_page() -> None:
    """Delete the page that Wagtail's first migration makes, when it is still only that (its site goes with it)."""
    Page.objects.filter(depth=2, slug="home", content_type__model="page", numchild=0).delete()
