"""Word import in Wagtail's admin: choose a file, watch it being read, look at what it became, make the draft."""

from typing import Any

import nh3
from django import forms
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, get_language_info, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from courses.enums import WordImportStatus
from courses.models import CoursePage, ModulePage, PracticeIndexPage, PracticePage, WordImport
from courses.services.importing.blocks import PICTURE_KEY
from courses.services.importing.draft import make_draft
from courses.services.importing.html import TAGS
from courses.services.importing.report import Fate
from courses.services.importing.sorting import sorted_into_fields
from courses.services.importing.words import FAILURES, FAULT, HEADINGS, SAID
from courses.services.importing.work import TARGETS, forget, may_import_into, retry_import, start_import
from foundation.uploads import UploadRefused

ICON = "upload"


class WordImportForm(forms.Form):
    """A file, and the page under which its draft goes."""

    file = forms.FileField(
        label=_("Word file"),
        allow_empty_file=True,  # the upload pipeline has a sentence of its own for it
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
        help_text=_("A .docx file from Word, WPS or LibreOffice, at most 50 MB. Save .doc files as .docx first."),
    )
    parent = forms.ChoiceField(label=_("Make a draft in"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = choices_for(user)
        nowhere_yet = [("", gettext("Please choose"))]
        self.fields["parent"].choices = [*nowhere_yet, *self.places]  # type: ignore[attr-defined]


Choices = list[tuple[str, list[tuple[str, str]]]]


def choices_for(user: Any) -> Choices:
    """Return where ``user`` may add a lesson or a practice, for a select box: one group a course or library.

    Each group names its language; those in the language of whoever looks come first.
    """
    may_add = page_permission_policy.instances_user_has_permission_for(user, "add")
    modules = ModulePage.objects.filter(pk__in=may_add.values("pk")).select_related("locale").order_by("path")
    courses = {course.path: course.title for course in CoursePage.objects.only("path", "title")}
    groups: dict[tuple[bool, str], list[tuple[str, str]]] = {}
    for module in modules:
        course = courses.get(module.path[: -module.steplen], "")
        label = gettext("New lesson: %(course)s (%(language)s)") % {"course": course, "language": _language(module)}
        groups.setdefault((_is_foreign(module), label), []).append((str(module.pk), module.title))
    libraries = PracticeIndexPage.objects.filter(pk__in=may_add.values("pk")).select_related("locale").order_by("path")
    for library in libraries:
        label = gettext("New practice (%(language)s)") % {"language": _language(library)}
        groups.setdefault((_is_foreign(library), label), []).append((str(library.pk), library.title))
    return [(label, places) for (_foreign, label), places in sorted(groups.items(), key=lambda group: group[0][0])]


def _language(page: Page) -> str:
    return gettext(get_language_info(page.locale.language_code)["name"])


def _is_foreign(page: Page) -> bool:
    return bool(page.locale.language_code != get_language())


def start(request: HttpRequest) -> HttpResponse:
    """Show the form, and take in what it sends. A refused file gets its sentence, and the status that fits it."""
    if request.method != "POST":
        chosen = request.GET.get("parent", "")
        return _form(request, WordImportForm(user=request.user, initial={"parent": chosen}))
    form = WordImportForm(request.POST, request.FILES, user=request.user)
    if not form.is_valid():
        return _form(request, form, status=400)
    parent = get_object_or_404(Page, pk=form.cleaned_data["parent"])
    file = form.cleaned_data["file"]
    try:
        row = start_import(who=request.user, parent=parent, file=file, name=file.name, at=timezone.now())
    except UploadRefused as refusal:
        form.add_error("file", refusal.message)
        return _form(request, form, status=refusal.status)
    if row.status == WordImportStatus.FAILED and row.reason in FAILURES:
        form.add_error("file", FAILURES[row.reason])
        forget(row)
        return _form(request, form, status=422)
    return redirect("word_import", row.uuid)


def _form(request: HttpRequest, form: WordImportForm, *, status: int = 200) -> HttpResponse:
    if not form.places:
        raise PermissionDenied
    recent = WordImport.objects.visible_to(request.user).select_related("page")[:10]
    return _screen(request, "start", {"form": form, "recent": recent}, title=gettext("Import from Word"), status=status)


@never_cache
@require_GET
def show(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show how far an import is, what it became, or why it did not become anything."""
    row = _own(request, uuid)
    if row.is_waiting:
        return _screen(request, "waiting", {"row": row, "says": _progress(row)}, title=row.file_name)
    if row.status == WordImportStatus.FAILED:
        is_fault = row.reason not in FAILURES
        context = {"row": row, "sentence": FAILURES.get(row.reason, FAULT), "is_fault": is_fault}
        return _screen(request, "failed", context, title=row.file_name)
    return _screen(request, "preview", _preview(row), title=row.file_name)


@never_cache
@require_GET
def status(request: HttpRequest, uuid: str) -> HttpResponse:
    """Say how far an import is, for the script that moves the bar."""
    row = _own(request, uuid)
    return JsonResponse({"waiting": row.is_waiting, "percent": row.progress, "says": _progress(row)})


@require_GET
def picture(request: HttpRequest, uuid: str, number: int) -> FileResponse:
    """Show a picture of the document to whoever sent it; it is in no library yet."""
    row = _own(request, uuid)
    kept = next((p for p in row.content.get("pictures", ()) if p["number"] == number), None)
    if kept is None or not storages["private"].exists(kept["file"]):
        raise Http404
    kind = "image/png" if kept["file"].endswith(".png") else "image/jpeg"
    response = FileResponse(storages["private"].open(kept["file"]), content_type=kind)
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def draft(request: HttpRequest, uuid: str) -> HttpResponse:
    """Make the draft and open it in the editor."""
    row = _own(request, uuid)
    sorts = "sorts" in request.POST
    try:
        page = make_draft(row=row, actor=request.user, sorts=sorts, at=timezone.now())
    except LookupError:
        return redirect("word_import", row.uuid)
    return redirect("wagtailadmin_pages:edit", page.pk)


@require_POST
def retry(request: HttpRequest, uuid: str) -> HttpResponse:
    """Let a document be read again after a fault of ours."""
    row = _own(request, uuid)
    retry_import(row=row, actor=row.who, at=timezone.now())
    return redirect("word_import", row.uuid)


def _own(request: HttpRequest, uuid: str) -> WordImport:
    return get_object_or_404(WordImport.objects.visible_to(request.user).select_related("page", "parent"), uuid=uuid)


def _progress(row: WordImport) -> str:
    if row.status == WordImportStatus.PENDING:
        return gettext("Waiting for its turn")
    if not row.parts_done:
        return gettext("The file is being opened")
    said = ngettext("%(done)s of %(parts)s part is done", "%(done)s of %(parts)s parts are done", row.parts)
    return said % {"done": row.parts_done, "parts": row.parts}


def _preview(row: WordImport) -> dict[str, Any]:
    """Return what the draft will hold, as it would read, and the report."""
    content = row.content
    is_practice = TARGETS.get(row.parent.specific_class) is PracticePage
    sorted_parts = sorted_into_fields(content["body"]).headings if is_practice else []
    fields = {name: PracticePage._meta.get_field(name).verbose_name for _heading, name in sorted_parts}
    return {
        "row": row,
        "content": content,
        "blocks": [_shown(block, row) for block in content["body"]],
        "report": _report(row),
        "is_practice": is_practice,
        "sorted_parts": [(heading, fields[name]) for heading, name in sorted_parts],
        "may_make": may_import_into(user=row.who, parent=row.parent),
    }


def _shown(block: dict[str, Any], row: WordImport) -> dict[str, Any]:
    """Return a raw block as the preview's template wants it. Markup is cleaned once more: it came from a file."""
    if block["type"] == "text":
        return {"type": "text", "html": nh3.clean(block["value"], tags=TAGS - {"img", "input"}, link_rel="noopener")}
    if block["type"] == "picture":
        number = block["value"]["image"][PICTURE_KEY]
        return {**block, "src": reverse("word_import_picture", args=[row.uuid, number])}
    return block


def _report(row: WordImport) -> list[dict[str, Any]]:
    """Return the report's lists that are not empty, each with its heading and its entries in words."""
    lists = []
    for fate, heading in HEADINGS.items():
        entries = [
            {"name": name, "became": became, "count": entry["count"], "texts": entry["texts"]}
            for entry in row.report
            if entry["fate"] == fate and entry["kind"] in SAID[fate]
            for name, became in [SAID[fate][entry["kind"]]]
        ]
        if entries:
            lists.append({"fate": fate.value, "heading": heading, "entries": entries, "is_open": fate != Fate.KEPT})
    return lists


def _screen(request: HttpRequest, name: str, context: dict[str, Any], *, title: str, status: int = 200) -> HttpResponse:
    crumbs = [
        {"url": reverse("wagtailadmin_home"), "label": gettext("Home")},
        {"url": reverse("word_import_start"), "label": gettext("Import from Word")},
    ]
    furniture = {"breadcrumbs_items": crumbs, "header_title": title, "page_title": title, "header_icon": ICON}
    return render(request, f"courses/admin/word_import/{name}.html", {**furniture, **context}, status=status)
