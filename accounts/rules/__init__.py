"""What people may do to pages. Page models ask here; see docs/roles.md and docs/decisions/0035."""

from accounts.rules.pages import HasRights, PageRights, PublishedBySecondPerson
from accounts.rules.second_person import Draft, hands_of, last_published, published_words, why_not_publish
from accounts.rules.whole import what_lacks

__all__ = [
    "Draft",
    "HasRights",
    "PageRights",
    "PublishedBySecondPerson",
    "hands_of",
    "last_published",
    "published_words",
    "what_lacks",
    "why_not_publish",
]
