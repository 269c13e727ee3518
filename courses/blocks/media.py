"""Pictures, sound, film and files to download."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from courses.blocks.words import INLINE_FEATURES


class PictureBlock(blocks.StructBlock):
    """A picture with the words for those who cannot see it, or marked as decorative."""

    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        description = _("A picture. No child may be recognised in it without consent.")
        template = "blocks/picture.html"


class AudioBlock(blocks.StructBlock):
    """A recording to listen to, with every word of it to read."""

    recording = SnippetChooserBlock("foundation.Recording", label=_("Recording"))
    title = blocks.CharBlock(label=_("Title"))
    transcript = blocks.RichTextBlock(
        label=_("Transcript"),
        features=INLINE_FEATURES,
        help_text=_("Every word that is heard. Many readers have no signal for sound."),
    )

    class Meta:
        icon = "media"
        label = _("Sound")
        description = _("A recording to listen to, with its transcript.")
        template = "blocks/audio.html"


class VideoBlock(blocks.StructBlock):
    """A film by link or as a file, with what it shows in words for those who do not load it."""

    title = blocks.CharBlock(label=_("Title"))
    link = blocks.URLBlock(label=_("Link"), required=False, assume_scheme="https")
    file = DocumentChooserBlock(label=_("File"), required=False)
    megabytes = blocks.DecimalBlock(
        label=_("Size in megabytes"),
        required=False,
        min_value=0,
        help_text=_("For a link. The size of a file is known."),
    )
    poster = ImageChooserBlock(label=_("Still picture"), required=False)
    summary = blocks.TextBlock(label=_("What it shows"), help_text=_("For readers who cannot load it."))

    class Meta:
        icon = "media"
        label = _("Film")
        description = _("A film by link or as a file. Its size is told before it is loaded.")
        template = "blocks/video.html"


class DownloadBlock(blocks.StructBlock):
    """A file to keep, with its size."""

    file = DocumentChooserBlock(label=_("File"))
    title = blocks.CharBlock(label=_("Title"))
    note = blocks.CharBlock(label=_("What it is for"), required=False)

    class Meta:
        icon = "download"
        label = _("Download")
        description = _("A file to keep: a form, a plan, a sheet to print. Its size is shown.")
        template = "blocks/download.html"
