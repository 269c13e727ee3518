"""What an assignment asks for."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class PromptBlock(blocks.StructBlock):
    """The fields that every prompt has. Its identity is the block id, so a reworded prompt keeps its answers."""

    label = blocks.CharBlock(label=_("Question"))
    help = blocks.CharBlock(label=_("Help"), required=False)
    required = blocks.BooleanBlock(label=_("Must be answered"), required=False, default=True)


class TextPromptBlock(PromptBlock):
    """Asks for words."""

    class Meta:
        icon = "pilcrow"
        label = _("Words")
        description = _("Asks for words.")
        preview_value = {"label": "您做了什么？", "help": "谁参加、在哪里、多长时间", "required": True}


class PhotosPromptBlock(PromptBlock):
    """Asks for photos."""

    required = blocks.BooleanBlock(label=_("Must be answered"), required=False, default=False)

    class Meta:
        icon = "image"
        label = _("Photos")
        description = _("Asks for photos. Children must not be recognised in them.")
        preview_value = {"label": "照片", "help": "不要拍到孩子的脸", "required": False}
