"""The screens of what is taught. Each builds what its page's template shows, the same for every reader."""

from courses.views.screens import register_screens

__all__ = ["register_screens"]
