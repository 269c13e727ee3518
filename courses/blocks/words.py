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
        preview_value = (
            "<p>孩子愿意开口，往往不是因为我们问得好，而是因为我们<b>等得住</b>。</p>"
            "<ul><li>先听，再问。</li><li>一次只谈一件事。</li></ul>"
        )


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

    text = blocks.TextBlock(label=_("Words"), help_text=_("Exactly as they were said or written."))
    source = blocks.CharBlock(
        label=_("Who said it, and where"), help_text=_("Of a child only the age: a girl of nine, in her letter.")
    )

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        label_format = "{text}"
        description = _("Somebody's own words, with the source.")
        template = "blocks/quotation.html"
        preview_value = {"text": "孩子愿意说，是因为有人愿意等。", "source": "一位乡村小学校长，谈心记录"}


class CalloutBlock(blocks.StructBlock):
    """A short text set apart."""

    tone = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=CalloutTone.choices,
        default=CalloutTone.NOTE,
        help_text=_("It decides the colour and the word above the title."),
    )
    title = blocks.CharBlock(label=_("Title"))
    text = blocks.RichTextBlock(label=_("Text"), features=INLINE_FEATURES, help_text=_("Two or three sentences."))

    class Meta:
        icon = "warning"
        label = _("Callout")
        label_format = "{title}"
        description = _("A short text that must not be missed.")
        template = "blocks/callout.html"
        preview_value = {
            "tone": "care",
            "title": "不追查笔迹",
            "text": "<p>匿名就是匿名：谁写的信，不问、不猜、不比对。</p>",
        }
