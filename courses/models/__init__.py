"""The tables of what is taught."""

from courses.models.course import CourseIndexPage, CoursePage, ModulePage
from courses.models.lesson import AssignmentPage, LessonPage
from courses.models.practice import PracticeIndexPage, PracticePage
from courses.models.version import LessonVersion

__all__ = [
    "AssignmentPage",
    "CourseIndexPage",
    "CoursePage",
    "LessonPage",
    "LessonVersion",
    "ModulePage",
    "PracticeIndexPage",
    "PracticePage",
]
