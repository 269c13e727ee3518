"""Reading one Word file from beginning to end. No database: bytes in, content and report out."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext

from courses.services.importing.account import name_what_is_missing, source_words
from courses.services.importing.blocks import Content, content_of, words_of_body
from courses.services.importing.html import html_of
from courses.services.importing.outline import outline_of
from courses.services.importing.package import Package, open_package
from courses.services.importing.pictures import PictureCleaner, ReadyPicture, without_missing
from courses.services.importing.prepare import Preparer
from courses.services.importing.report import Report
from foundation.uploads import RefusalCode, Upload, UploadRefused

logger = logging.getLogger(__name__)

MAX_PICTURES = 60
"""A lesson of ten minutes has three; a file with more than this is a book, and would hold a worker for too long."""

WORDS_PARTS = 2
"""Parts of the work besides the pictures: reading the words, and settling what became of all."""

Tell = Callable[[int, int], None]
"""Is told, after each part, how many parts are done and how many there are."""


class WordRefused(Exception):  # noqa: N818 - a refusal is an answer, not an error of ours
    """A document that is sound and still cannot be imported. ``code`` is ``no_words`` or ``too_many_pictures``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Reading:
    """What a document holds for a draft, its pictures, and the report."""

    content: Content
    pictures: list[ReadyPicture]
    report: Report
    source: list[str]

    @property
    def words(self) -> str:
        """All words that the draft will hold."""
        return "\n".join([self.content.title, self.content.summary, words_of_body(self.content.body)])


def read_word(file: Upload, *, name: str, language: str, tell: Tell = lambda done, of: None) -> Reading:
    """Read a Word file for a page in ``language``. ``name`` is the file's; it is the title where nothing else is.

    Raises ``UploadRefused`` for a file that must not be opened or cannot be read, and ``WordRefused``.
    """
    package = open_package(file, name=name)
    try:
        return _read(package, name=name, language=language, tell=tell)
    except (UploadRefused, WordRefused):
        raise
    except Exception as error:  # a document may be wrong in any way, and mammoth says so in as many
        logger.warning("A Word file could not be read: %s", type(error).__name__)
        raise UploadRefused(RefusalCode.DAMAGED) from error


def _read(package: Package, *, name: str, language: str, tell: Tell) -> Reading:
    report = Report()
    source = source_words(package)
    preparer = Preparer(package, report)
    html = html_of(preparer.prepared())
    found = preparer.drawings.pictures
    if len(found) > MAX_PICTURES:
        raise WordRefused("too_many_pictures")
    with translation.override(language):
        outline = outline_of(html, report, notes_title=gettext("Notes"))
    alt_texts = [(picture.alt, picture.is_decorative) for picture in found]
    content = content_of(outline, report, file_title=_title_of(name), alt_texts=alt_texts)
    parts = len(found) + WORDS_PARTS
    tell(1, parts)
    cleaner, ready = PictureCleaner(package, report), []
    for number, picture in enumerate(found):
        ready.append(cleaner.ready(number, picture))
        tell(number + 2, parts)
    pictures = [picture for picture in ready if picture is not None]
    content.body = without_missing(content.body, {picture.number for picture in pictures}, report)
    reading = Reading(content, pictures, report, source)
    if not content.body:
        raise WordRefused("no_words")
    name_what_is_missing(source, reading.words, report)
    return reading


def _title_of(name: str) -> str:
    """Return a file's name as a title: without its end and without what systems add to copies."""
    return name.rpartition("/")[2].rpartition(".")[0].replace("_", " ").strip() or name
