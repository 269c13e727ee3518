"""Builders that tests share: a small course, people in their roles, and what learners do."""
