"""Screens of learning: joining, recording what a lesson's form sends, assignments, and the facilitator's desk."""
