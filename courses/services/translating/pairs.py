"""Two pages that say the same in two languages: which of them is the source, and how one follows the other."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from wagtail.models import Page
from wagtail_localize.models import Translation

from courses.models import QuestionBank, StalePassage
from courses.services.translating.passages import Translatable, take_apart
from courses.services.translating.stale import follow
from courses.services.translating.words import read_back


@transaction.atomic
def adopt_translation(*, source: Translatable, target: Translatable, at: datetime, actor: Any = None) -> Translation:
    """Make two existing pages of one key a source and its translation, with every word of both as it is.

    From then on the target opens side by side, and a later synchronisation keeps it. The caller vouches that the two
    say the same: nothing is marked stale, and words equal to the source's are words too. Where it is ``source`` that
    is translated from ``target``, that direction stays.
    """
    source, target = _in_known_direction(source, target)
    taken = take_apart(source, at=at)
    translation, _created = Translation.objects.get_or_create(source=taken.source, target_locale=target.locale)
    read_back(translation, target, is_vouched=True, at=at, user=actor)
    StalePassage.objects.filter(translation=translation).delete()
    return translation


def _in_known_direction(source: Translatable, target: Translatable) -> tuple[Translatable, Translatable]:
    is_reverse = Translation.objects.filter(
        source__object_id=target.translation_key, source__locale_id=target.locale_id, target_locale_id=source.locale_id
    ).exists()
    return (target, source) if is_reverse else (source, target)


def adopt_all(sources: Iterable[Translatable], *, at: datetime, only_new: bool = False) -> int:
    """Adopt every translation that these pages already have; with ``only_new`` those that are not yet known.

    Returns how many pairs were adopted.
    """
    adopted = 0
    for source in sources:
        for twin in twins_of(source):
            if only_new and _is_known(source, twin):
                continue
            adopt_translation(source=latest(source), target=latest(twin), at=at)
            adopted += 1
    return adopted


def adopt_keys(keys: Collection[UUID], *, language: str, at: datetime, only_new: bool = False) -> int:
    """Adopt every translation of the pages and banks with these keys; those in ``language`` are the sources.

    For whoever writes both languages at once and vouches for both, such as the loader of course files.
    """
    chosen = {"translation_key__in": keys, "locale__language_code": language}
    instances = [*Page.objects.filter(**chosen).specific(), *QuestionBank.objects.filter(**chosen)]
    return adopt_all(instances, at=at, only_new=only_new)


def twins_of(instance: Translatable) -> list[Translatable]:
    """Return what says the same in other languages. An alias says nothing of its own."""
    twins = instance.get_translations().select_related("locale")
    if isinstance(instance, Page):
        return [page.specific for page in twins.filter(alias_of=None)]
    return list(twins)


def latest(instance: Translatable) -> Translatable:
    """Return the published content; of what was never published the newest draft."""
    whole = instance.specific if isinstance(instance, Page) else instance
    return whole if whole.live else whole.get_latest_revision_as_object()


def _is_known(one: Translatable, other: Translatable) -> bool:
    return Translation.objects.filter(
        source__object_id=one.translation_key,
        source__locale_id__in=[one.locale_id, other.locale_id],
        target_locale_id__in=[one.locale_id, other.locale_id],
    ).exists()


@transaction.atomic
def follow_source(instance: Translatable, *, at: datetime) -> None:
    """Let the translations of a source know what changed in it. Their published pages are not touched."""
    translations = Translation.objects.filter(
        source__object_id=instance.translation_key, source__locale_id=instance.locale_id
    ).select_related("source", "target_locale")
    if not translations:
        return
    taken = take_apart(instance, at=at)
    live = {twin.locale_id for twin in twins_of(instance) if getattr(twin, "live", True)}
    for translation in translations:
        follow(taken, translation, is_live=translation.target_locale_id in live, at=at)


@transaction.atomic
def keep_words_of(target: Translatable, *, at: datetime, actor: Any = None) -> None:
    """Read back what a translated page says now, however it came to say it: written by hand, restored or imported."""
    translation = (
        Translation.objects.filter(source__object_id=target.translation_key, target_locale_id=target.locale_id)
        .select_related("source")
        .first()
    )
    if translation is not None:
        read_back(translation, target, is_vouched=False, at=at, user=actor)
