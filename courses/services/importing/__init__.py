"""From a Word file to the draft of a lesson or a practice, with a report of what became of everything in it.

``package`` opens the file, ``prepare`` puts into words what mammoth would pass over, ``html`` converts, ``outline``
and ``blocks`` turn HTML into a page's content, ``pictures`` cleans, ``account`` proves that nothing was lost on the
way, ``reading`` is all of it at once. ``work`` runs that in the background, ``draft`` makes the page
(docs/word-import.md).
"""

from courses.services.importing.reading import MAX_PICTURES, Reading, WordRefused, read_word

__all__ = ["MAX_PICTURES", "Reading", "WordRefused", "read_word"]
