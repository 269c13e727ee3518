"""The format of a course folder, for reading and for writing: docs/course-files.md says it in words.

``marked`` reads YAML and remembers lines, ``source`` reads a folder into entries, ``richtext`` turns Markdown into
Wagtail's rich text and back, ``kinds`` are the kinds of values, ``structure`` puts them together, and ``blocks`` and
``pages`` are the tables that say what each block and page holds.
Loading and exporting share them, so what one writes the other reads.
"""
