"""The tables of what is taught."""

from courses.models.bank import QuestionBank
from courses.models.course import CourseIndexPage, CoursePage, ModulePage
from courses.models.lesson import AssignmentPage, LessonPage
from courses.models.mistake import MistakeReport
from courses.models.practice import PracticeIndexPage, PracticePage, PracticeStats
from courses.models.practice_draft import PracticeDraft, PracticeDraftPhoto
from courses.models.practice_use import PracticeUse
from courses.models.search import SearchEntry
from courses.models.source_key import SourceKey
from courses.models.theme import Theme
from courses.models.translation import StalePassage
from courses.models.version import LessonVersion
from courses.models.word_import import WordImport, WordImportQuerySet

__all__ = [
    "AssignmentPage",
    "CourseIndexPage",
    "CoursePage",
    "LessonPage",
    "LessonVersion",
    "MistakeReport",
    "ModulePage",
    "PracticeDraft",
    "PracticeDraftPhoto",
    "PracticeIndexPage",
    "PracticePage",
    "PracticeStats",
    "PracticeUse",
    "QuestionBank",
    "SearchEntry",
    "SourceKey",
    "StalePassage",
    "Theme",
    "WordImport",
    "WordImportQuerySet",
]
