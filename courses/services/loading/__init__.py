"""Loading a course from a folder of readable files: YAML and Markdown, both languages side by side.

``source`` reads and checks the folder, ``convert`` turns a block as written into a StreamField's raw data with stable
ids, ``load`` writes the pages. The same folder loaded twice changes nothing but what was edited in it.
"""

from courses.services.loading.load import load_course
from courses.services.loading.source import LoadError

__all__ = ["LoadError", "load_course"]
