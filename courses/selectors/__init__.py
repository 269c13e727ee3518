"""Reading what is taught. Nothing here writes or opens a transaction."""

from courses.selectors.banks import lessons_drawing_from
from courses.selectors.bodies import read_body
from courses.selectors.mistakes import pages_of_reports, reportable_page
from courses.selectors.outline import MISSING, ModuleOutline, Step, outline, required_steps
from courses.selectors.pages import (
    assignment_by_key,
    assignment_titles,
    course_of,
    has_lesson,
    in_language,
    lesson_edition,
    live_page_at,
    titles_by_language,
)
from courses.selectors.practices import practices_by_key, practices_of_assignments
from courses.selectors.translations import StaleTranslation, stale_passages, stale_translations, translation_into
from courses.selectors.versions import current_version, current_versions, newest_versions, prompts_of

__all__ = [
    "MISSING",
    "ModuleOutline",
    "StaleTranslation",
    "Step",
    "assignment_by_key",
    "assignment_titles",
    "course_of",
    "current_version",
    "current_versions",
    "has_lesson",
    "in_language",
    "lesson_edition",
    "lessons_drawing_from",
    "live_page_at",
    "newest_versions",
    "outline",
    "pages_of_reports",
    "practices_by_key",
    "practices_of_assignments",
    "prompts_of",
    "read_body",
    "reportable_page",
    "required_steps",
    "stale_passages",
    "stale_translations",
    "titles_by_language",
    "translation_into",
]
