"""What the principal's screens show, gathered from the rooms below."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.cache import cache
from wagtail.models import Page

from accounts.selectors import unread_messages
from certificates.models import Certificate
from certificates.selectors import certificate_of
from cohorts.enums import SubmissionStatus
from cohorts.models import Announcement, Cohort, Enrolment, LessonProgress, Submission
from cohorts.selectors import (
    coming_releases,
    dues_of,
    facilitators_of,
    learning_enrolments,
    progress_by_lesson,
    submissions_by_assignment,
)
from courses.models import CourseIndexPage, CoursePage, PracticeIndexPage
from courses.selectors import ModuleOutline, Step, in_language, outline
from home.models import HomePage, StandardPage

PLACES: dict[str, type[Page]] = {
    "home": HomePage,
    "courses": CourseIndexPage,
    "practices": PracticeIndexPage,
    "privacy": StandardPage,
}
PLACES_SECONDS = 300
MOST_ANNOUNCEMENTS = 3


@dataclass(frozen=True)
class StepState:
    """A step of the course as one learner sees it: done, begun, waiting, returned, or still to come."""

    step: Step
    state: str

    questions: int = 0
    right: int = 0
    due_at: datetime | None = None
    """Until when it is due; none where nothing was asked, or where the first try is in."""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do here."""
        return self.state in ("done", "accepted")

    @property
    def has_mistakes(self) -> bool:
        """Whether a question of this finished lesson was never answered right."""
        return self.is_done and self.right < self.questions


@dataclass(frozen=True)
class ModuleState:
    """A module as one learner sees it."""

    module: ModuleOutline
    steps: tuple[StepState, ...]
    opens_on: date | None = None
    """The day on which it opens, while that is still to come."""

    @property
    def done_count(self) -> int:
        """How many steps are done."""
        return sum(step.is_done for step in self.steps)


@dataclass(frozen=True)
class Journey:
    """One learner's way through one course."""

    enrolment: Enrolment
    cohort: Cohort
    course: CoursePage
    modules: tuple[ModuleState, ...]
    next_step: StepState | None
    next_module: ModuleState | None
    facilitators: list[Any]
    certificate: Certificate | None

    @property
    def waits_for_review(self) -> bool:
        """Whether a report of this learner lies with the facilitator."""
        return bool(self.waiting_reports)

    @property
    def waiting_reports(self) -> list[StepState]:
        """The assignments whose report lies with the facilitator."""
        return [step for module in self.modules for step in module.steps if step.state == "submitted"]

    @property
    def score_is_short(self) -> bool:
        """Whether every step is done and only the share of right answers keeps the course from being complete."""
        minimum = self.cohort.requirements.minimum_score
        return not self.enrolment.is_completed and not self.steps_left and self.enrolment.score < minimum

    @property
    def lessons_to_repeat(self) -> list[StepState]:
        """The finished lessons with a question that was never answered right."""
        return [step for module in self.modules for step in module.steps if step.has_mistakes]

    @property
    def steps_left(self) -> int:
        """How many required steps are left."""
        return self.enrolment.steps_total - self.enrolment.steps_done

    @property
    def next_to_open(self) -> ModuleState | None:
        """The module that opens next, when there is nothing left to do in those that are open."""
        coming = [module for module in self.modules if module.opens_on]
        return min(coming, key=lambda module: module.opens_on or date.max, default=None)

    @property
    def next_assignment(self) -> StepState | None:
        """The first assignment that waits for the learner, when it is not the next step itself."""
        open_states = ("todo", "draft", "returned")
        steps = [step for module in self.modules if not module.opens_on for step in module.steps]
        found = next((s for s in steps if s.step.is_assignment and s.state in open_states), None)
        return None if found is self.next_step else found


def journey_of(enrolment: Enrolment, language: str, *, at: datetime) -> Journey:
    """Return the learner's way through the course in the language asked for. The queries do not grow with rows.

    A module that opens later than ``at`` is shown with its day and not proposed.
    """
    cohort = enrolment.cohort
    coming = coming_releases(cohort, at)
    course = in_language(cohort.course, language)
    progress = progress_by_lesson(enrolment)
    work = submissions_by_assignment(enrolment)
    due = dues_of(enrolment)
    modules = tuple(
        ModuleState(
            module,
            tuple(_step_state(step, progress, work, due) for step in module.steps),
            coming.get(str(module.key)),
        )
        for module in outline(course)
    )
    following = next(((m, s) for m in modules if not m.opens_on for s in m.steps if s.state in NEXT_STATES), None)
    return Journey(
        enrolment=enrolment,
        cohort=cohort,
        course=course,
        modules=modules,
        next_module=following[0] if following else None,
        next_step=following[1] if following else None,
        facilitators=facilitators_of(cohort),
        certificate=certificate_of(enrolment) if enrolment.is_completed else None,
    )


NEXT_STATES = ("todo", "begun", "draft", "returned")
"""States of a step that asks for something. What waits for a review asks for nothing."""

DUE_STATES = ("todo", "begun", "draft")
"""States of a step that a deadline is for. A report that came back was handed in once; it comes later by its nature."""

_WORK_STATES = {
    SubmissionStatus.DRAFT: "draft",
    SubmissionStatus.SUBMITTED: "submitted",
    SubmissionStatus.RETURNED: "returned",
    SubmissionStatus.ACCEPTED: "accepted",
}


def _step_state(
    step: Step, progress: dict[str, LessonProgress], work: dict[str, Submission], due: dict[str, datetime]
) -> StepState:
    row = progress.get(str(step.key))
    state = _state(step, progress, work)
    return StepState(
        step,
        state,
        questions=len(row.questions) if row else 0,
        right=len(row.right) if row else 0,
        due_at=due.get(str(step.key)) if state in DUE_STATES else None,
    )


def _state(step: Step, progress: dict[str, LessonProgress], work: dict[str, Submission]) -> str:
    if step.is_assignment:
        submission = work.get(str(step.key))
        return _WORK_STATES[SubmissionStatus(submission.status)] if submission else "todo"
    row = progress.get(str(step.key))
    if row is None:
        return "todo"
    return "done" if row.completed_at else "begun"


@dataclass(frozen=True)
class Today:
    """The principal's first screen."""

    journey: Journey | None
    others: list[Enrolment]
    messages: list[Any]
    announcements: list[Any]


def today_of(user: Any, language: str, *, at: datetime) -> Today:
    """Return what the person has to do next, and what was said to them since."""
    enrolments = list(learning_enrolments(user).select_related("cohort__requirements")[:10])
    current = next((e for e in enrolments if not e.is_completed), enrolments[0] if enrolments else None)
    return Today(
        journey=journey_of(current, language, at=at) if current else None,
        others=[enrolment for enrolment in enrolments if enrolment is not current],
        messages=list(unread_messages(user)[:5]),
        announcements=list(Announcement.objects.unread_by(user, at)[:MOST_ANNOUNCEMENTS]),
    )


def places(language: str) -> dict[str, str]:
    """Return the paths of the site's fixed places in a language, kept in the cache for five minutes."""
    key = f"places:{language}"
    found: dict[str, str] | None = cache.get(key)
    if found is None:
        found = {name: _path_of(model, language) for name, model in PLACES.items()}
        cache.set(key, found, PLACES_SECONDS)
    return found


def _path_of(model: type[Page], language: str) -> str:
    page = model.objects.live().filter(locale__language_code=language).order_by("path").first()
    return (page.get_url() or "") if page else ""
