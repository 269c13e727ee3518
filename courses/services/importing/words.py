"""What the report says of each kind of thing: its name, and what became of it."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from courses.services.importing.report import Fate

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Said = tuple["_StrPromise", "_StrPromise | str"]

_LEFT_OUT = _("They are not in the draft.")
_PLAIN = _("The words are kept, the look is not.")
_ADD_PICTURE = _("Save them as PNG or JPEG and add them to the draft.")

KEPT: dict[str, Said] = {
    "title": (_("Title"), ""),
    "heading": (_("Headings"), ""),
    "paragraph": (_("Paragraphs"), ""),
    "list": (_("Lists"), ""),
    "nested_list": (_("Lists within a list"), ""),
    "table": (_("Tables"), ""),
    "picture": (_("Pictures"), ""),
    "quotation": (_("Quotations"), ""),
    "link": (_("Links"), ""),
    "bold": (_("Bold words"), ""),
    "italic": (_("Italic words"), ""),
}
CHANGED: dict[str, Said] = {
    "title_from_heading": (_("Title"), _("Taken from the first heading.")),
    "title_from_file": (_("Title"), _("Taken from the name of the file. Please check it.")),
    "long_title": (_("A title that is too long"), _("Shortened. The whole of it is the first paragraph.")),
    "summary": (_("Subtitle or first paragraph"), _("It became the summary.")),
    "deep_heading": (_("Headings of lower levels"), _("A lesson has one level of headings. These are bold lines now.")),
    "bold_heading": (_("Bold lines"), _("Taken as headings, since the document has no others.")),
    "heading_number": (
        _("Automatic numbers of headings"),
        _("Not kept. Write them into the headings if needed."),
    ),
    "list_number": (_("Lists with other numerals"), _("Numbered 1, 2, 3.")),
    "list_goes_on": (_("Numbered lists that go on after other text"), _("Their numbers begin at 1 again.")),
    "soft_break": (_("Soft line breaks before an indent"), _("They became paragraphs.")),
    "indent": (_("Spaces that only indent"), _("Taken away. The page sets its own indents.")),
    "text_box": (_("Text boxes"), _("Their text stands after the paragraph they belonged to.")),
    "frame": (_("Frames"), _("The text in them is ordinary text.")),
    "merged_cells": (_("Tables with merged cells"), _("The text stands in the first cell, the others are empty.")),
    "nested_table": (_("Tables within a table"), _("Their text stands in the cell.")),
    "look_in_table": (_("Bold words, links and lists in tables"), _("The cells hold plain text.")),
    "lifted_picture": (_("Pictures in lists, tables or headings"), _("They stand after them.")),
    "note": (_("Footnotes and endnotes"), _("They stand at the end; numbers in brackets mark them in the text.")),
    "insertion": (_("Tracked insertions"), _("Accepted, as in the final text.")),
    "formula": (_("Formulas"), _("Written in one line. Please check them.")),
    "ruby": (_("Readings above characters"), _("They stand in brackets behind the character.")),
    "symbol": (_("Characters of symbol fonts"), _("Written as ordinary characters.")),
    "raised": (_("Raised or lowered characters"), _("Written as characters like ² where there are such.")),
    "underline": (_("Underlined words"), _PLAIN),
    "strike": (_("Words struck through"), _PLAIN),
    "colour": (_("Coloured or marked words"), _PLAIN),
    "capitals": (_("Words set in capitals"), _PLAIN),
    "columns": (_("Columns"), _("The text runs in one column.")),
    "inner_link": (_("Links within the document"), _("The words are kept, the link is not.")),
    "bad_link": (_("Links that lead to no web page"), _("The words are kept, the link is not.")),
}
DROPPED: dict[str, Said] = {
    "deletion": (_("Tracked deletions"), _("Left out, as in the final text.")),
    "comment": (_("Comments"), _LEFT_OUT),
    "hidden": (_("Hidden text"), _LEFT_OUT),
    "header": (_("Headers"), _LEFT_OUT),
    "footer": (_("Footers"), _LEFT_OUT),
    "contents": (_("Table of contents"), _("The course has its own.")),
    "prompt": (_("Prompts that nobody filled in"), _LEFT_OUT),
    "page_break": (_("Page breaks"), _("A screen has no pages.")),
    "field": (_("Fields that hold no text"), _LEFT_OUT),
    "symbol": (_("Characters of an unknown symbol font"), _("Please write them into the draft.")),
    "metafile": (_("Pictures in EMF or WMF format"), _ADD_PICTURE),
    "strange_picture": (_("Pictures in a format that phones cannot show"), _ADD_PICTURE),
    "damaged_picture": (_("Damaged pictures"), _("Please add them to the draft from the original.")),
    "heavy_picture": (_("Pictures that are too large"), _("Make them smaller and add them to the draft.")),
    "moving_picture": (_("Moving pictures"), _("Please choose a still picture.")),
    "missing_picture": (_("Pictures that are not in the file"), _("Please add them to the draft from the original.")),
    "linked_picture": (_("Pictures that are only linked"), _("Nothing is fetched from other places. Please add them.")),
    "picture_in_note": (_("Pictures in footnotes"), _LEFT_OUT),
    "object": (_("Embedded files"), _("Offer them as a download in the draft if they are needed.")),
    "equation_object": (
        _("Formulas of the old formula editor"),
        _("Please write them, or add a picture."),
    ),
    "chart": (_("Charts"), _("Please add a picture of each.")),
    "smart_art": (_("SmartArt"), _("Please add a picture of each.")),
    "shape": (_("Drawn shapes"), _LEFT_OUT),
    "included_file": (_("Other files that are included whole"), _("Please import them by themselves.")),
    "other": (_("Other text"), _("It found no place. Please copy what you need.")),
}
NEEDED: dict[str, Said] = {
    "summary": (_("The summary"), _("One sentence: what the reader can do afterwards.")),
    "alt_text": (_("Pictures without a description"), _("Say what they show, for those who cannot see them.")),
    "quotation_source": (_("Quotations without a source"), _("Say who said it, and where.")),
    "table_caption": (_("Tables without a caption"), _("Say what the table shows.")),
    "wide_table": (_("Tables with more than four columns"), _("They do not fit on a phone. Please divide them.")),
}
SAID = {Fate.KEPT: KEPT, Fate.CHANGED: CHANGED, Fate.DROPPED: DROPPED, Fate.NEEDED: NEEDED}

HEADINGS = {
    Fate.NEEDED: _("Still needed before it can be published"),
    Fate.CHANGED: _("Changed"),
    Fate.DROPPED: _("Not in the draft"),
    Fate.KEPT: _("Kept as it was"),
}
"""The lists of the report, in the order in which a person needs them."""

FAILURES = {
    "no_words": _("There are no words and no pictures in this document that could become a draft."),
    "too_many_pictures": _("This document has more than 60 pictures. Please divide it and import the parts."),
    "damaged": _("This document is damaged and cannot be read. Please open it in Word, save it again and choose it."),
}
"""Why a sound file did not become a draft, by the row's reason; everything else is a fault of ours."""

FAULT = _("Something went wrong on our side. Your file is kept, and you can let it be read again.")
