"""Writing a course into a folder that ``load_course`` reads: export, then load, gives the same course.

``shelf`` writes pictures and files and knows the keys, ``text`` writes readable YAML, ``export`` walks the pages.
"""

from courses.services.exporting.export import ExportError, export_course

__all__ = ["ExportError", "export_course"]
