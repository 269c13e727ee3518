"""Pages as a reader's phone gets them: the files of a page, and what they weigh (docs/weight.md)."""

from courses.rendering.files import FileKind, PageFile, files_of
from courses.rendering.guest import PageNotRenderedError, latest_draft, response_to_guest
from courses.rendering.weight import BUDGETS, Weight, weigh

__all__ = [
    "BUDGETS",
    "FileKind",
    "PageFile",
    "PageNotRenderedError",
    "Weight",
    "files_of",
    "latest_draft",
    "response_to_guest",
    "weigh",
]
