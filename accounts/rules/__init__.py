"""What people may do to pages. Page models ask here; see docs/roles.md and docs/decisions/0035."""

from accounts.rules.pages import HasRights, PageRights, PublishedBySecondPerson
from accounts.rules.second_person import Draft, hands_of, last_published, published_words, why_not_publish
from accounts.rules.whole import require_whole, why_not_whole

__all__ = [
    "Draft",
    "HasRights",
    "PageRights",
    "PublishedBySecondPerson",
    "hands_of",
    "last_published",
    "published_words",
    "require_whole",
    "why_not_publish",
    "why_not_whole",
]
