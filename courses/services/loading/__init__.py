"""Loading a course from a folder of readable files: YAML and Markdown, both languages side by side.

``shelf`` keeps the pictures and files that the folder names, ``load`` writes the pages. The same folder loaded twice
changes nothing but what was edited in it. The format is in ``courses.services.course_files``.
"""

from courses.services.course_files.marked import LoadError
from courses.services.loading.load import load_course

__all__ = ["LoadError", "load_course"]
