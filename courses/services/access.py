"""Who may read a page in full."""

from typing import Any

from wagtail.models import Page

from courses.enums import CourseAccess
from courses.models import CoursePage
from foundation.registries import page_access


def may_read(*, user: Any, page: Page, course: CoursePage | None) -> bool:
    """Tell whether ``user`` may read ``page``: everybody where the course is open, else whom a room above lets in.

    ``course`` is the course that the page lies in, or ``None`` for pages outside courses, which all may read.
    """
    return course is None or page.pk == course.pk or may_read_module(user=user, course=course)


def may_read_module(*, user: Any, course: CoursePage) -> bool:
    """Tell whether ``user`` may read what lies below ``course``."""
    if course.access == CourseAccess.OPEN:
        return True
    if getattr(user, "is_superuser", False) or getattr(user, "has_perm", lambda _: False)("wagtailadmin.access_admin"):
        return True
    return any(allows(user, course) for allows in page_access)
