"""The translator's desk: side by side, whole courses, files in and out. Where wagtail-localize would lose words or
show readers the other language, these views stand in its place.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.admin import messages as wagtail_messages
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation, TranslationSource, get_edit_url
from wagtail_localize.views.edit_translation import edit_translation, user_can_edit_instance
from wagtail_localize.views.report import TranslationsReportView

from courses.models import CoursePage, QuestionBank
from courses.selectors import stale_passages, translation_into
from courses.services.translating import exchange, publishing
from courses.services.translating.courses import start_course
from courses.services.translating.pairs import follow_source, latest
from courses.services.translating.targets import missing_passages
from foundation.refusals import Refused

Said = str
CONVERSION = "localize-convert-to-alias"
RESTART = "localize-restart-translation"


class TranslationsReport(TranslationsReportView):
    """The list of all translations in an order, so that no page of it shows one twice and leaves another out."""

    def get_queryset(self) -> QuerySet[Translation]:
        """Return the translations, the newest sources first."""
        translations: QuerySet[Translation] = super().get_queryset().order_by("-source__last_updated_at", "pk")
        return translations


def side_by_side(request: HttpRequest, instance: Page | QuestionBank) -> HttpResponse | None:
    """Show a translated page beside its source, and do what its buttons ask; ``None`` for Wagtail's editor."""
    translation = translation_into(instance)
    if translation is None:
        return None
    if request.method == "POST" and CONVERSION in request.POST:
        raise Http404
    if request.method == "POST" and RESTART in request.POST:
        publishing.follow_again(translation=translation)
        messages.success(request, _("The page follows its source again. What it says was kept."))
        return redirect(request.path)
    if not translation.enabled:
        return None
    if request.method == "POST":
        return _done(request, lambda: _act(request, translation), back=request.path)
    _say_what_waits(request, translation)
    response: HttpResponse = edit_translation(request, translation, instance)
    return response


def _say_what_waits(request: HttpRequest, translation: Translation) -> None:
    """Say at the top of the page that something waits, and lead to the box below that says what."""
    draft = translation.get_target_instance().get_latest_revision_as_object()
    missing, stale = len(missing_passages(translation, draft)), len(stale_passages(translation))
    said = []
    if missing:
        sentence = ngettext(
            "%(count)d passage waits for its translator.", "%(count)d passages wait for their translator.", missing
        )
        said.append(sentence % {"count": missing})
    if stale:
        sentence = ngettext("%(count)d passage is out of date.", "%(count)d passages are out of date.", stale)
        said.append(sentence % {"count": stale})
    if said:
        box = wagtail_messages.button("#translation-desk", _("What waits"))
        wagtail_messages.warning(request, " ".join(said), buttons=[box])


def _act(request: HttpRequest, translation: Translation) -> Said:
    asked: dict[str, Any] = {"translation": translation, "at": timezone.now(), "actor": request.user}
    match request.POST.get("translation") or request.POST.get("action"):  # ours, or the button of wagtail-localize
        case "publish":
            publishing.publish_translation(**asked)
            return _("The translation is published.")
        case "hand-in":
            publishing.hand_in_translation(**asked)
            return _("Handed in. Somebody else reads it and publishes it.")
        case "confirm":
            publishing.confirm_translation(**asked)
            return _("Noted: the words are right as they are.")
        case "draft":
            publishing.save_translation(**asked)
            return _("Kept as a draft. What readers see has not changed.")
    raise Http404


def _done(request: HttpRequest, operation: Callable[[], Said], *, back: str) -> HttpResponse:
    """Do something and go back with what was said about it."""
    try:
        messages.success(request, operation())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(back)


def begin(request: HttpRequest, instance: Page | QuestionBank) -> HttpResponse:
    """Ask into which language, and begin: a course with everything that belongs to it, anything else by itself."""
    if not request.user.has_perm("wagtail_localize.submit_translation"):
        raise PermissionDenied
    locales = Locale.objects.exclude(pk=instance.locale_id)
    if request.method != "POST":
        return render(request, "courses/admin/begin_translation.html", {"instance": instance, "locales": locales})
    locale = get_object_or_404(locales, language_code=request.POST.get("language", ""))
    try:
        translation = _begin(request, instance, locale)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(get_edit_url(instance))
    return redirect(translation.get_target_instance_edit_url())


def _begin(request: HttpRequest, instance: Page | QuestionBank, locale: Locale) -> Translation:
    now = timezone.now()
    if not isinstance(instance, CoursePage):
        translation = publishing.start_translation(source=instance, locale=locale, at=now, actor=request.user)
        messages.success(request, _("You can translate now. Readers see nothing of it until it is published."))
        return translation
    begun = start_course(course=instance, locale=locale, at=now, actor=request.user)
    sentence = ngettext(
        "The course can be translated now: %(count)d page was made ready.",
        "The course can be translated now: %(count)d pages were made ready.",
        begun.new,
    )
    messages.success(request, sentence % {"count": begun.new})
    return begun.course


def begin_page(request: HttpRequest, page_id: int) -> HttpResponse:
    """Begin with a page."""
    page = get_object_or_404(Page, pk=page_id)
    if page.is_root():
        raise Http404
    return begin(request, page.specific)


def begin_bank(request: HttpRequest, pk: str) -> HttpResponse:
    """Begin with a question bank."""
    return begin(request, get_object_or_404(QuestionBank, pk=pk))


def bring_over(request: HttpRequest, translation_source_id: int) -> HttpResponse:
    """Bring the changes of a source that is not published yet to its translations; published ones do so themselves."""
    if not request.user.has_perm("wagtail_localize.submit_translation"):
        raise PermissionDenied
    source = get_object_or_404(TranslationSource, pk=translation_source_id)
    instance = source.get_source_instance()
    if request.method != "POST":
        return render(request, "courses/admin/bring_over.html", {"instance": instance})
    follow_source(latest(instance), at=timezone.now())
    messages.success(request, _("The translations know what changed. Nothing that was translated is lost."))
    return redirect(get_edit_url(instance))


def _asked_for(request: HttpRequest, translation_id: int) -> Translation:
    translation: Translation = get_object_or_404(Translation, pk=translation_id)
    if not user_can_edit_instance(request.user, translation.get_target_instance()):
        raise PermissionDenied
    return translation


def file_out(request: HttpRequest, translation_id: int) -> HttpResponse:
    """Send the translation as a PO file."""
    translation = _asked_for(request, translation_id)
    target = translation.get_target_instance()
    name = f"{getattr(target, 'slug', target.pk)}-{translation.target_locale.language_code}.po"
    response = HttpResponse(exchange.file_of(translation), content_type="text/x-gettext-translation; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
def file_in(request: HttpRequest, translation_id: int) -> HttpResponse:
    """Take the words of a PO file, all or none, and say what became of each."""
    translation = _asked_for(request, translation_id)
    back = translation.get_target_instance_edit_url()
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Choose a file first."))
        return redirect(back)
    content = file.read(exchange.MOST_BYTES + 1)

    def take() -> Said:
        imported = exchange.import_file(translation=translation, content=content, at=timezone.now(), actor=request.user)
        return _imported(imported)

    return _done(request, take, back=back)


def _imported(imported: exchange.Imported) -> Said:
    said = [
        ngettext(
            "%(count)d passage was taken from the file.", "%(count)d passages were taken from the file.", imported.taken
        )
        % {"count": imported.taken}
    ]
    for count, sentence in (
        (imported.newer, _("Translated here since the file was written, and kept: %(count)d.")),
        (imported.unsure, _("Marked as unsure in the file, and left out: %(count)d.")),
        (imported.unknown, _("No longer in the source: %(count)d.")),
        (imported.empty, _("Without a translation: %(count)d.")),
    ):
        if count:
            said.append(sentence % {"count": count})
    return " ".join(said)


def no_alias(request: HttpRequest, page_id: int) -> HttpResponse:
    """Refuse to turn a translation into an alias: readers of one language would meet the other, without a notice."""
    raise Http404
