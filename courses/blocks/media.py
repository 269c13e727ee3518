"""Pictures, sound, film and files to download."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.compare import StructBlockComparison
from wagtail.blocks import BlockGroup, StructBlockValidationError

from courses.blocks.samples import a_handout, a_picture, a_recording
from courses.blocks.shelf import HandoutChooser, PictureChooser, PictureWithWords, SnippetChooser
from courses.blocks.words import INLINE_FEATURES
from foundation.enums import RecordingStatus

FILM_EXTENSIONS = frozenset({"mp4"})


class PictureComparison(StructBlockComparison):
    """Compares versions of a picture. A draft may have none yet, and there Wagtail's own comparison fails."""

    def htmlvalue(self, val: Any) -> SafeString:
        """Return one version as HTML."""
        return format_html("{}", val["caption"]) if val["image"] is None else mark_safe(super().htmlvalue(val))  # noqa: S308

    def htmldiff(self) -> SafeString:
        """Return what changed as HTML."""
        if self.val_a["image"] is None or self.val_b["image"] is None:
            return format_html("{} → {}", self.htmlvalue(self.val_a), self.htmlvalue(self.val_b))
        return mark_safe(super().htmldiff())  # noqa: S308  (Wagtail escapes it)


class PictureBlock(blocks.StructBlock):
    """A picture with the words for those who cannot see it, or marked as decorative."""

    image = PictureWithWords(
        label=_("Picture"),
        help_text=_("The alternative text says what the picture shows, to those who cannot see it or do not load it."),
    )
    caption = blocks.CharBlock(
        label=_("Caption"), required=False, help_text=_("Stands below the picture: where it was, who drew it.")
    )

    def get_comparison_class(self) -> type[PictureComparison]:
        """Return what compares two versions in the admin."""
        return PictureComparison

    class Meta:
        icon = "image"
        label = _("Picture")
        label_format = "{caption}"
        description = _("A picture. No child may be recognised in it without consent.")
        template = "blocks/picture.html"
        sheet = "pictures"

    def get_preview_value(self) -> Any:
        """Return the newest picture there is, for the preview beside the list of blocks."""
        picture = {"image": a_picture(), "alt_text": "一棵大树下的长凳", "decorative": False}
        return self.normalize({"image": picture, "caption": "操场边的长凳，谈心常在这里开始。"})


class AudioBlock(blocks.StructBlock):
    """A recording to listen to, with every word of it to read."""

    recording = SnippetChooser(
        "foundation.Recording",
        label=_("Recording"),
        help_text=_("It is made small enough for a phone in the background; until then the words alone are shown."),
    )
    title = blocks.CharBlock(label=_("Title"), help_text=_("Who speaks, and about what."))
    transcript = blocks.RichTextBlock(
        label=_("Transcript"),
        features=INLINE_FEATURES,
        help_text=_("Every word that is heard. Many readers have no signal for sound."),
    )

    class Meta:
        icon = "media"
        label = _("Sound")
        label_format = "{title}"
        description = _("A recording to listen to, with its transcript.")
        template = "blocks/audio.html"
        sheet = "media"

    def clean(self, value: Any) -> Any:
        """Refuse to publish a recording that cannot be heard."""
        cleaned = super().clean(value)
        recording = cleaned.get("recording")
        if not self.is_deferred_validation and recording and recording.status == RecordingStatus.FAILED:
            sentence = _("This recording could not be converted. Open it under “Recordings” to see why.")
            raise StructBlockValidationError(block_errors={"recording": ValidationError(sentence)})
        return cleaned

    def get_preview_value(self) -> Any:
        """Return the newest recording there is, for the preview beside the list of blocks."""
        return self.normalize(
            {
                "recording": a_recording(),
                "title": "一位校长谈第一次谈心",
                "transcript": "<p>第一次，我什么也没问。我们就坐着，看操场上的人打球。十分钟以后，他自己开口了。</p>",
            }
        )


class VideoBlock(blocks.StructBlock):
    """A film by link or as a file, with what it shows in words for those who do not load it."""

    title = blocks.CharBlock(label=_("Title"))
    link = blocks.URLBlock(
        label=_("Link"),
        required=False,
        assume_scheme="https",
        help_text=_("The page of the film at a site that readers can open. Either a link or a file."),
    )
    file = HandoutChooser(
        label=_("File"), required=False, help_text=_("An MP4 of at most 10 MB. Either a link or a file.")
    )
    megabytes = blocks.DecimalBlock(
        label=_("Size in megabytes"),
        required=False,
        min_value=0,
        help_text=_("For a link. The size of a file is known."),
    )
    poster = PictureChooser(label=_("Still picture"), required=False)
    summary = blocks.TextBlock(label=_("What it shows"), help_text=_("For readers who cannot load it."))

    class Meta:
        icon = "media"
        label = _("Film")
        label_format = "{title}"
        description = _("A film by link or as a file. Its size is told before it is loaded.")
        template = "blocks/video.html"
        sheet = "media pictures"
        form_layout = BlockGroup(
            children=[
                "title",
                "summary",
                BlockGroup(
                    heading=_("Where the film is"),
                    children=["link", "megabytes", "file"],
                    icon="link",
                    label_format="{link}",
                ),
                BlockGroup(heading=_("Still picture"), children=["poster"], icon="image", classname="collapsed"),
            ]
        )

    def clean(self, value: Any) -> Any:
        """Ask for a link or a file, not both; for the size of what is linked; and for a film where a file is chosen."""
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned
        errors = _film_errors(cleaned)
        if errors:
            raise StructBlockValidationError(block_errors={k: ValidationError(v) for k, v in errors.items()})
        return cleaned

    def get_preview_value(self) -> Any:
        """Return a film by link, with the newest picture as its still."""
        return self.normalize(
            {
                "title": "亲子午餐的一天",
                "link": "https://example.org/lunch",
                "file": None,
                "megabytes": 18,
                "poster": a_picture(),
                "summary": "家长走进食堂，和孩子一起打饭、吃饭、收拾碗筷；老师在旁边示范怎么和孩子说话。",
            }
        )


def _film_errors(value: Any) -> dict[str, Any]:
    link, file = value.get("link"), value.get("file")
    if link and file:
        return {"file": _("Give a link or a file, not both: readers would not know which to take.")}
    if not link and not file:
        return {"link": _("Give a link, or choose a file.")}
    if file and file.file_extension.lower() not in FILM_EXTENSIONS:
        return {"file": _("This file is no film that phones can play. Please choose an MP4.")}
    if link and not value.get("megabytes"):
        return {"megabytes": _("Say how large the film is: readers pay for every megabyte.")}
    return {}


class DownloadBlock(blocks.StructBlock):
    """A file to keep, with its size."""

    file = HandoutChooser(label=_("File"), help_text=_("PDF, Word, Excel or PowerPoint. No names of children in it."))
    title = blocks.CharBlock(label=_("Title"))
    note = blocks.CharBlock(label=_("What it is for"), required=False)

    class Meta:
        icon = "download"
        label = _("Download")
        label_format = "{title}"
        description = _("A file to keep: a form, a plan, a sheet to print. Its size is shown.")
        template = "blocks/download.html"
        sheet = "media"

    def get_preview_value(self) -> Any:
        """Return the newest handout there is, for the preview beside the list of blocks."""
        return self.normalize({"file": a_handout(), "title": "谈心记录表", "note": "打印出来，每次谈心记一页。"})
