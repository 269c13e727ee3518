"""What this room adds to Wagtail's admin, one module a concern; Wagtail imports this package."""

from courses.wagtail_hooks import (
    addresses,
    dashboard,
    deleting,
    editor,
    links,
    paste,
    proofreading,
    snippets,
    translating,
    word_import,
)

__all__ = [
    "addresses",
    "dashboard",
    "deleting",
    "editor",
    "links",
    "paste",
    "proofreading",
    "snippets",
    "translating",
    "word_import",
]
