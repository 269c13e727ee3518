"""The rules of a cohort: pure functions over plain values, without a clock and without a database."""

from cohorts.rules.learning import Asked, Fact, LessonState, Requirements, Standing, lesson_state, standing

__all__ = ["Asked", "Fact", "LessonState", "Requirements", "Standing", "lesson_state", "standing"]
