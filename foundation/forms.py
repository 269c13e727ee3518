"""Form machinery that every room uses: how fields are drawn, and Wagtail's upload forms behind the upload pipeline."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.forms.renderers import TemplatesSetting
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.account import AvatarPreferencesForm
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from foundation.models import Recording
from foundation.refusals import Refused
from foundation.services.recordings import receive_file
from foundation.uploads import UploadRefused, clean_document, clean_photo, clean_picture, clean_recording, random_name

AVATAR_LONGEST_SIDE = 400  # pixels
AVATAR_BYTES = 40_000


def keep_each(
    files: Sequence[UploadedFile], *, most: int, too_many: str, keep: Callable[[UploadedFile], object]
) -> list[str]:
    """Keep each file by itself, so that one bad file loses none of the others; return what was refused, in words.

    At most ``most`` are kept; ``too_many`` is said of the others. ``keep`` may raise ``UploadRefused`` or ``Refused``.
    """
    faults = [f"{file.name}: {too_many}" for file in files[most:]]
    for file in files[:most]:
        try:
            keep(file)
        except UploadRefused as refusal:
            faults.append(f"{file.name}: {refusal.message}")
        except Refused as refusal:
            faults.append(f"{file.name}: {refusal.sentence}")
    return faults


class TerraceFormRenderer(TemplatesSetting):
    """Draws every field with ``components/field.html``: label, help, the error beside it, all tied by ARIA.

    Faults of the form as a whole stand above it, in ``components/form_errors.html``, and nowhere else.
    """

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


class CleanedUpload(SimpleUploadedFile):
    """A file that the upload pipeline has passed, under a random name; forms need not ask it again."""


def cleaned_picture(file: UploadedFile) -> CleanedUpload:
    """Return an editor's picture re-encoded without metadata. Raises ``UploadRefused``."""
    clean = clean_picture(file)
    return CleanedUpload(random_name(clean.extension), clean.content, clean.mime)


def cleaned_document(file: UploadedFile) -> CleanedUpload:
    """Return a document that is what its name says. Raises ``UploadRefused``."""
    clean = clean_document(file)
    return CleanedUpload(random_name(clean.extension), clean.content, clean.mime)


class PictureField(WagtailImageField):
    """Wagtail's image field behind the upload pipeline: the stock one decodes first and fails on damaged files."""

    def to_python(self, data: Any) -> Any:
        """Return the picture re-encoded without metadata. Raises ``UploadRefused``, which forms show as it is."""
        if data in self.empty_values:
            return super().to_python(data)
        return super().to_python(data if isinstance(data, CleanedUpload) else cleaned_picture(data))


class PictureForm(BaseImageForm):
    """Wagtail's image form, with the file sent through the upload pipeline."""

    file = PictureField(label=_("File"), widget=BaseImageForm.Meta.widgets["file"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # "Add several" asks for the words of a picture whose file it has already; a declared field would stay.
        if "file" in (self._meta.exclude or ()) or "file" not in (self._meta.fields or ["file"]):
            del self.fields["file"]


class DocumentForm(BaseDocumentForm):
    """Wagtail's document form, with the file sent through the upload pipeline."""

    def clean_file(self) -> Any:
        """Return the document when its first bytes are what its name says; refuse it in words otherwise."""
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile) or isinstance(file, CleanedUpload):
            return file
        try:
            return cleaned_document(file)
        except UploadRefused as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal


class AvatarField(forms.FileField):
    """A small photo of oneself, re-encoded without metadata: Wagtail's field keeps what the camera wrote."""

    def to_python(self, data: Any) -> Any:
        """Return the photo at 400 pixels or less. Raises ``UploadRefused``, which forms show as it is."""
        if data in self.empty_values:
            return None
        clean = clean_photo(data, longest_side=AVATAR_LONGEST_SIDE, target_bytes=AVATAR_BYTES)
        return CleanedUpload(random_name(clean.extension), clean.content, clean.mime)


class AvatarForm(AvatarPreferencesForm):
    """Wagtail's form for the picture of one's own account, with the file sent through the upload pipeline."""

    avatar = AvatarField(label=_("Upload a profile picture"), required=False)

    def clean_avatar(self) -> Any:
        """Return the new photo, or the one there was."""
        return self.cleaned_data.get("avatar") or self._original_avatar


class RecordingForm(WagtailAdminModelForm):
    """A recording in the admin: its file goes through the upload pipeline and then waits for a worker."""

    def clean_original(self) -> Any:
        """Return the file when it is a whole recording of an allowed kind; refuse it in words otherwise."""
        file = self.cleaned_data["original"]
        if isinstance(file, UploadedFile):
            clean_recording(file)
        return file

    def clean(self) -> dict[str, Any]:
        """Say since when a new recording waits: the row is checked before it is queued."""
        cleaned: dict[str, Any] = super().clean()
        self.instance.queued_at = self.instance.queued_at or timezone.now()
        return cleaned

    def save(self, commit: bool = True) -> Recording:
        """Receive a new file, or write the words alone: a worker may be writing the rest of the row at this moment."""
        file = self.cleaned_data.get("original")
        if isinstance(file, UploadedFile):
            return receive_file(recording=self.instance, file=file, at=timezone.now(), actor=self.for_user)
        self.instance.save(update_fields=["title", "licence"])
        return self.instance
