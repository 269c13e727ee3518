"""Keeping what a report is judged by as it stood when the report was handed in."""

import hashlib
import json
from datetime import datetime
from typing import Any

from cohorts.models import RubricVersion
from courses.models import AssignmentPage


def freeze_rubric(*, assignment: AssignmentPage, at: datetime) -> RubricVersion | None:
    """Return the version of the rubric that the assignment shows now, written when there is none like it yet.

    Nothing where the assignment has no rubric. An edit of the page makes another version with the next report; what
    was handed in before stays judged by what its author had read.
    """
    criteria = criteria_of(assignment)
    if not criteria:
        return None
    content = json.dumps(criteria, sort_keys=True, ensure_ascii=False).encode()
    version, _is_new = RubricVersion.objects.get_or_create(
        assignment_key=assignment.translation_key,
        language=assignment.locale.language_code,
        content_hash=hashlib.sha256(content).hexdigest(),
        defaults={"criteria": criteria, "created_at": at},
    )
    return version


def criteria_of(assignment: AssignmentPage) -> list[dict[str, Any]]:
    """Return the rubric of a page as ``RubricVersion.criteria`` keeps it; ids as the page has them."""
    return [
        {
            "id": str(block.id),
            "name": block.value["name"],
            "text": block.value["text"],
            "levels": [
                {"id": str(level.id), "name": level.value["name"], "text": level.value["text"]}
                for level in block.value["levels"].bound_blocks
            ],
        }
        for block in assignment.rubric
    ]
