"""A list in a block."""

from typing import Any

from wagtail.blocks import ListBlock
from wagtail.blocks.list_block import ListValue


class ListOf(ListBlock):
    """Wagtail's list, which begins with as many items as it needs, instead of with one and a reproach."""

    def get_default(self) -> ListValue:
        """Return the least number of items, empty."""
        return ListValue(self, values=[self.child_block.get_default() for _item in range(self.meta.min_num or 1)])

    def deconstruct(self) -> tuple[str, Any, Any]:
        """Stand in migrations as Wagtail's list, since it keeps the same data."""
        _path, args, kwargs = super().deconstruct()
        return "wagtail.blocks.ListBlock", args, kwargs
