"""Running text: paragraphs, headings, quotations and callouts."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.enums import CalloutTone

INLINE_FEATURES = ["bold", "italic", "ol", "ul", "link"]


class WordsBlock(blocks.RichTextBlock):
    """Paragraphs and lists."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"features": INLINE_FEATURES, **kwargs})

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        description = _("Paragraphs and lists, in short sentences.")
        template = "blocks/text.html"
        preview_value = "<p>先听，再问。</p>"


class HeadingBlock(blocks.CharBlock):
    """A heading within a lesson. There is one level: a lesson that needs two is two lessons."""

    class Meta:
        icon = "title"
        label = _("Heading")
        description = _("Says what the next part is about.")
        template = "blocks/heading.html"
        preview_value = "一对一谈心怎么开始"


class QuotationBlock(blocks.StructBlock):
    """Somebody's own words, with where they come from."""

    text = blocks.TextBlock(label=_("Words"), required=True)
    source = blocks.CharBlock(label=_("Who said it, and where"), required=True)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        description = _("Somebody's own words, with the source.")
        template = "blocks/quotation.html"
        preview_value = {"text": "孩子愿意说，是因为有人愿意等。", "source": "示例"}


class CalloutBlock(blocks.StructBlock):
    """A short text set apart."""

    tone = blocks.ChoiceBlock(label=_("Kind"), choices=CalloutTone.choices, default=CalloutTone.NOTE)
    title = blocks.CharBlock(label=_("Title"))
    text = blocks.RichTextBlock(label=_("Text"), features=INLINE_FEATURES)

    class Meta:
        icon = "warning"
        label = _("Callout")
        description = _("A short text that must not be missed.")
        template = "blocks/callout.html"
        preview_value = {"tone": "care", "title": "不追查笔迹", "text": "<p>匿名就是匿名。</p>"}
