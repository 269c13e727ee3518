"""Questions drawn from a bank."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from courses.blocks.samples import a_bank
from courses.blocks.shelf import SnippetChooser


class DrawValue(blocks.StructValue):
    """Some questions out of a bank."""

    def questions(self, locale_id: int | None = None) -> list[Any]:
        """Return the bank's questions, in the language asked for where the bank exists in it."""
        bank = self["bank"]
        was_looked_up = getattr(bank, "was_looked_up", False)  # by courses.selectors.read_body, for all draws at once
        if bank and locale_id and bank.locale_id != locale_id and not was_looked_up:
            bank = bank.get_translations().filter(locale_id=locale_id, live=True).first() or bank
        return list(bank.questions) if bank else []


class DrawBlock(blocks.StructBlock):
    """Some questions out of a bank: the same ones for a learner every time, others for others."""

    bank = SnippetChooser("courses.QuestionBank", label=_("Question bank"))
    count = blocks.IntegerBlock(
        label=_("How many"),
        min_value=1,
        max_value=10,
        default=2,
        help_text=_("Each learner gets this many, and always the same ones."),
    )

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        """Refuse a bank that nobody has published, and more questions than the bank has. A draft may have both."""
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned
        if not cleaned["bank"].live:  # its questions would go before learners with the lesson, by the back door
            fault = ValidationError(_("This question bank is not published yet. Have it published first."))
            raise StructBlockValidationError(block_errors={"bank": fault})
        has = len(cleaned["bank"].questions)
        if cleaned["count"] > has:
            fault = ValidationError(
                _("This bank has %(number)s questions. Draw at most as many."), params={"number": has}
            )
            raise StructBlockValidationError(block_errors={"count": fault})
        return cleaned

    def get_context(self, value: DrawValue, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add the questions in the language of the page."""
        context: dict[str, Any] = super().get_context(value, parent_context)
        page = context.get("page")
        context["questions"] = value.questions(getattr(page, "locale_id", None))
        return context

    def get_preview_value(self) -> Any:
        """Return the newest bank there is, for the preview beside the list of blocks."""
        return self.normalize({"bank": a_bank(), "count": 1})

    class Meta:
        icon = "list-ul"
        label = _("Questions from a bank")
        description = _("Draws some questions from a bank. A learner gets the same ones every time.")
        template = "blocks/draw.html"
        sheet = "asking"
        value_class = DrawValue


def drawn_twice(body: Any) -> dict[int, ValidationError]:
    """Return the faults of draws from a bank that was drawn from further up, by their place in the body."""
    banks: set[Any] = set()
    faults: dict[int, ValidationError] = {}
    for place, block in enumerate(body):
        if block.block_type != "draw":
            continue
        if block.value["bank"] in banks:
            sentence = _("This lesson draws from this bank already. Raise the number there instead.")
            faults[place] = StructBlockValidationError(block_errors={"bank": ValidationError(sentence)})
        banks.add(block.value["bank"])
    return faults
