"""Form machinery that every room uses: how fields are drawn, and Wagtail's upload forms behind the upload pipeline."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.forms.renderers import TemplatesSetting
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from foundation.uploads import UploadRefused, clean_document, clean_picture, random_name


class TerraceFormRenderer(TemplatesSetting):
    """Draws every field with ``components/field.html``: label, help, the error beside it, all tied by ARIA."""

    field_template_name = "components/field.html"


class PictureForm(BaseImageForm):
    """Wagtail's image form, with the file sent through the upload pipeline."""

    def clean_file(self) -> Any:
        """Return the picture re-encoded without metadata; refuse what is damaged, too large or no picture."""
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):
            return file
        try:
            clean = clean_picture(file)
        except UploadRefused as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal
        upload = SimpleUploadedFile(random_name(clean.format), clean.content, f"image/{clean.format}")
        upload.image = getattr(file, "image", None)  # type: ignore[attr-defined]
        return upload


class DocumentForm(BaseDocumentForm):
    """Wagtail's document form, with the file sent through the upload pipeline."""

    def clean_file(self) -> Any:
        """Return the document when its first bytes are what its name says; refuse it in words otherwise."""
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):
            return file
        try:
            clean = clean_document(file)
        except UploadRefused as refusal:
            raise forms.ValidationError(refusal.message, code=refusal.code) from refusal
        return SimpleUploadedFile(random_name(clean.extension), clean.content, clean.mime)
