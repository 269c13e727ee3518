"""Asking blocks what they are: which one a content path leads to, and what of one is not words."""

from typing import Any

from wagtail import blocks
from wagtail.fields import StreamField
from wagtail_localize.models import OverridableSegment


def chooses_pages(segment: OverridableSegment) -> bool:
    """Whether the segment holds the choice of a page."""
    model = segment.source.specific_content_type.model_class()
    name, *inside = segment.context.field_path.split(".")
    field = model._meta.get_field(name)
    if not isinstance(field, StreamField):
        return False
    return isinstance(_block_under(field.stream_block, inside), blocks.PageChooserBlock)


def _block_under(block: Any, names: list[str]) -> Any:
    for name in names:
        if isinstance(block, blocks.ListBlock):
            block = block.child_block
        else:
            block = getattr(block, "child_blocks", {}).get(name)
    return block


def without_words(block: Any, raw: Any) -> Any:
    """Return a block's raw value with its words left out: what a translation copies."""
    if isinstance(block, blocks.StreamBlock):
        return [
            {**child, "value": without_words(block.child_blocks.get(child["type"]), child["value"])}
            for child in raw or []
        ]
    if isinstance(block, blocks.ListBlock):
        return [{**item, "value": without_words(block.child_block, item["value"])} for item in raw or []]
    if isinstance(block, blocks.StructBlock):
        return {name: without_words(block.child_blocks.get(name), value) for name, value in (raw or {}).items()}
    is_words = isinstance(block, WORDS) or hasattr(block, "get_translatable_segments")
    return "" if is_words else raw


WORDS = (blocks.CharBlock, blocks.TextBlock, blocks.RichTextBlock, blocks.BlockQuoteBlock)
