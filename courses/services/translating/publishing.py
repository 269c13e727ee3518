"""What a translator and an editor do with a translation: begin it, keep it as a draft, and publish it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.coreutils import find_available_slug
from wagtail.models import Locale, Page, Revision
from wagtail_localize.models import RelatedObjectSegment, Translation, TranslationLog

from courses.models import QuestionBank, StalePassage
from courses.selectors import translation_into
from courses.services.translating.pairs import adopt_translation, keep_words_of, latest
from courses.services.translating.passages import Translatable, take_apart
from courses.services.translating.targets import missing_passages, write_target
from foundation.refusals import Refused
from foundation.services.audit import record_audit


class TranslationRefused(Refused):
    """A translation cannot be begun, kept or published; the message says why."""


@transaction.atomic
def start_translation(*, source: Translatable, locale: Locale, at: datetime, actor: Any = None) -> Translation:
    """Begin to translate a page or a bank into a language, with the pages above it; what exists already is adopted.

    A page begins as a draft that says what its source says: readers never see it like that. Raises
    ``TranslationRefused`` for what is itself translated from that language.
    """
    source = latest(source)
    _refuse_circle(source, locale)
    _start_above(source, locale, at=at, actor=actor)
    twin = source.get_translation_or_none(locale)
    if twin is not None and getattr(twin, "alias_of_id", None) is None:
        known = translation_into(twin)
        return known or adopt_translation(source=source, target=latest(twin), at=at, actor=actor)
    taken = take_apart(source, at=at)
    translation, _created = Translation.objects.get_or_create(source=taken.source, target_locale=locale)
    _make_target(source, twin, locale, actor)
    record_audit(action="translation.started", subject=_name(source), at=at, actor=actor)
    return translation


def _make_target(source: Translatable, alias: Page | None, locale: Locale, actor: Any) -> None:
    if isinstance(source, QuestionBank):
        bank = source.copy_for_translation(locale)
        bank.live, bank.latest_revision, bank.live_revision = False, None, None
        bank.save()
        return
    if alias is None:
        source.copy_for_translation(locale)
        return
    alias.alias_of, alias.live = None, False
    alias.save(clean=False)
    alias.save_revision(user=actor, clean=False)


def _refuse_circle(source: Translatable, locale: Locale) -> None:
    known = translation_into(source)
    if known is not None and known.source.locale_id == locale.pk:
        raise TranslationRefused(
            "is_translated",
            _("“%(title)s” is itself translated from that language. Change the words there.") % {"title": source},
        )


def _start_above(source: Translatable, locale: Locale, *, at: datetime, actor: Any) -> None:
    """Begin with the pages above first: wagtail-localize would put published aliases in the source's language there."""
    if isinstance(source, QuestionBank):
        return
    parent = source.get_parent()
    if parent is None or parent.is_root():
        return
    twin = parent.get_translation_or_none(locale)
    if twin is None or twin.alias_of_id is not None:
        start_translation(source=parent.specific, locale=locale, at=at, actor=actor)


@transaction.atomic
def save_translation(*, translation: Translation, at: datetime, actor: Any) -> Revision:
    """Write the words that were translated so far into a draft. What is published stays as it is.

    Raises ``TranslationRefused`` when the page cannot be kept like that, for instance with too long a title.
    """
    target = translation.get_target_instance()
    draft = write_target(translation, target.get_latest_revision_as_object()).target
    if isinstance(draft, Page):
        draft.slug = _address(draft, target)
    try:
        revision: Revision = draft.save_revision(user=actor)
    except ValidationError as error:
        raise TranslationRefused("not_valid", _not_valid(error)) from error
    TranslationLog.objects.create(source=translation.source, locale=translation.target_locale, revision=revision)
    return revision


@transaction.atomic
def publish_translation(*, translation: Translation, at: datetime, actor: Any) -> None:
    """Publish the translation as it stands.

    Raises ``TranslationRefused`` when a passage has no words yet, when the bank of questions that the page draws from
    is not translated whole, or when a second person has to publish it.
    """
    refuse_unfinished(translation)
    target = translation.get_target_instance()
    if isinstance(target, Page):
        _refuse_own_words(target, actor)
    save_translation(translation=translation, at=at, actor=actor).publish(user=actor)
    StalePassage.objects.filter(translation=translation, string=None).delete()
    record_audit(action="translation.published", subject=_name(target), at=at, actor=actor)


@transaction.atomic
def confirm_translation(*, translation: Translation, at: datetime, actor: Any) -> int:
    """Say that the words are right as they are although their source changed. Returns how many marks were taken off.

    What is new in the source has no words yet and stays marked.
    """
    rows = StalePassage.objects.filter(translation=translation).exclude(string=None).exclude(before="")
    count, _per_model = rows.delete()
    record_audit(
        action="translation.confirmed",
        subject=_name(translation.get_target_instance()),
        at=at,
        actor=actor,
        count=count,
    )
    return count


def refuse_unfinished(translation: Translation) -> None:
    """Raise ``TranslationRefused`` when readers would meet the other language on the translated page."""
    target = translation.get_target_instance()
    _refuse_missing(missing_passages(translation, target.get_latest_revision_as_object()))
    for bank in untranslated_banks(translation):
        raise TranslationRefused("bank", _("The question bank “%(title)s” is not translated yet.") % {"title": bank})


def untranslated_banks(translation: Translation) -> list[QuestionBank]:
    """Return the question banks that the source draws from and that have a passage without words."""
    keys = RelatedObjectSegment.objects.filter(source=translation.source).values("object_id")
    banks = QuestionBank.objects.filter(translation_key__in=keys, locale=translation.source.locale)
    return [bank for bank in banks if not _is_whole(bank, translation.target_locale)]


def _is_whole(bank: QuestionBank, locale: Locale) -> bool:
    twin = bank.get_translation_or_none(locale)
    if twin is None:
        return False
    into = translation_into(twin)
    return into is None or not missing_passages(into, twin)


def _refuse_missing(paths: Sequence[str]) -> None:
    if paths:
        sentence = ngettext(
            "%(count)d passage is not translated yet. It would stand there in the other language.",
            "%(count)d passages are not translated yet. They would stand there in the other language.",
            len(paths),
        )
        raise TranslationRefused("missing", sentence % {"count": len(paths)})


def _refuse_own_words(target: Page, actor: Any) -> None:
    if actor is None:
        return
    rights = target.permissions_for_user(actor)
    if not rights.can_publish():
        why = getattr(rights, "why_not_publish", "")
        raise TranslationRefused("second_person", why or _("You may not publish this page."))


def _address(page: Page, saved: Page) -> str:
    """Return the last part of the page's address: made from the translated title until readers know it."""
    if saved.first_published_at is not None:
        return str(saved.slug)
    wanted = slugify(page.title) or slugify(saved.slug)
    return str(find_available_slug(saved.get_parent(), wanted, ignore_page_id=saved.pk) if wanted else saved.slug)


def _name(instance: Translatable) -> str:
    """Return the name by which the audit log knows what is translated: its key and language."""
    return f"{instance._meta.label_lower}:{instance.translation_key}/{instance.locale.language_code}"


def _not_valid(error: ValidationError) -> str:
    said = "; ".join(dict.fromkeys(error.messages))
    return _("The translation cannot be kept like this: %(said)s") % {"said": said}


@transaction.atomic
def hand_in_translation(*, translation: Translation, at: datetime, actor: Any) -> None:
    """Write a draft and ask for its review by a second person. Raises ``TranslationRefused`` while words are missing
    and when a review is going on already.
    """
    refuse_unfinished(translation)
    page = translation.get_target_instance()
    workflow = page.get_workflow()
    if workflow is None:
        raise TranslationRefused("no_review", _("Nobody reviews this page. Ask an editor to publish it."))
    if page.workflow_in_progress:
        raise TranslationRefused("in_review", _("This translation is in review already."))
    save_translation(translation=translation, at=at, actor=actor)
    page = translation.get_target_instance()
    if (state := page.current_workflow_state) is not None:
        state.resume(user=actor)
    else:
        workflow.start(page, user=actor)
    record_audit(action="translation.handed_in", subject=_name(page), at=at, actor=actor)


@transaction.atomic
def follow_again(*, translation: Translation) -> None:
    """Let a page that was edited by itself for a while follow its source again, with every word it says now.

    What issue 876 of wagtail-localize is about: there the words that were edited meanwhile are lost.
    """
    target = translation.get_target_instance()
    draft = target.get_latest_revision_as_object()
    revision = target.latest_revision
    keep_words_of(
        draft, at=revision.created_at if revision else translation.created_at, actor=revision.user if revision else None
    )
    translation.enabled = True
    translation.save(update_fields=["enabled"])
