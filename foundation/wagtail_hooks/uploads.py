"""Doors of Wagtail's admin that go round its upload forms: "add several", and the picture of one's own account.

"Add several" keeps a file as it came when something else of its form is wrong, such as a title of 300 letters, and
makes the picture of it later; the account page decodes before any check. Both get the upload pipeline put in front.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import PurePosixPath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from wagtail.admin.views.account import AvatarSettingsPanel
from wagtail.documents.views import multiple as documents
from wagtail.images.views import multiple as images

from foundation.forms import AvatarForm, CleanedUpload, cleaned_document, cleaned_picture
from foundation.uploads import UploadRefused

Post = Callable[[Any, HttpRequest], HttpResponse]


def behind_pipeline(post: Post, clean: Callable[[UploadedFile], CleanedUpload]) -> Post:
    """Return a view's ``post`` that sees only files which the pipeline has passed; others are refused in words."""

    @wraps(post)
    def guarded(view: Any, request: HttpRequest) -> HttpResponse:
        file = request.FILES.get("files[]")
        if not isinstance(file, UploadedFile):
            return post(view, request)
        try:
            request.FILES["files[]"] = clean(file)
        except UploadRefused as refusal:
            return JsonResponse({"success": False, "error_message": str(refusal.message)})
        if not request.POST.get("title"):  # the stored name is random; people look for the one they gave
            told = request.POST.copy()
            told["title"] = PurePosixPath(file.name or "").stem[:255]
            request.POST = told  # type: ignore[assignment]
        return post(view, request)

    return guarded


images.AddView.post = behind_pipeline(images.AddView.post, cleaned_picture)
documents.AddView.post = behind_pipeline(documents.AddView.post, cleaned_document)
AvatarSettingsPanel.form_class = AvatarForm
AvatarSettingsPanel.template_name = "foundation/admin/avatar.html"
