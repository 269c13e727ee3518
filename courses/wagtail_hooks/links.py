"""Links to pages in rich text: readers are told no address of what is not published."""

from typing import Any

from django.utils.html import escape
from wagtail import hooks
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.rich_text.pages import PageLinkHandler

AFTER_WAGTAIL = 10


class PublishedPageLinkHandler(PageLinkHandler):
    """Wagtail's links to pages, except to drafts: the address of a draft is made of its title.

    Bodies find their addresses by themselves (``courses.selectors.bodies``); this serves every other rich text.
    """

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, Any]]) -> list[str]:
        """Return the opening tag of each link."""
        pages = [page.localized if page else None for page in cls.get_many(attrs_list)]
        return [f'<a href="{escape(page.url or "")}">' if page and page.live else "<a>" for page in pages]


@hooks.register("register_rich_text_features", order=AFTER_WAGTAIL)
def link_to_what_is_published(features: FeatureRegistry) -> None:
    """Take the place of Wagtail's own links to pages."""
    features.register_link_type(PublishedPageLinkHandler)
