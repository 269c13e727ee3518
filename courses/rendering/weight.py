"""What a page costs a reader: bytes and seconds on the weakest signal, against the budgets of docs/weight.md."""

from dataclasses import dataclass
from functools import cached_property

from wagtail.models import Page

from courses.rendering.files import FileKind, PageFile, files_of

BEFORE_INTERACTION = 14_000  # bytes: what fits in the first round trips
WITH_PICTURES = 60_000  # bytes, scrolled to the end
ONE_PICTURE = 20_000  # bytes

BUDGETS = {"text": BEFORE_INTERACTION, "total": WITH_PICTURES, "picture": ONE_PICTURE}

BYTES_A_SECOND = 280_000 / 8
ROUND_TRIP = 0.8  # seconds
TRIPS_TO_TEXT = 3  # to open the connection, to encrypt it, and to ask for the page
TRIPS_AFTER = 2  # scripts and pictures side by side, then the reader's own state


@dataclass(frozen=True)
class Weight:
    """A page's files, added up. All sizes are bytes of bodies as they travel; headers are not counted."""

    files: tuple[PageFile, ...]

    @cached_property
    def text_only(self) -> int:
        """What must be there before anybody scrolls or taps: neither pictures nor what is fetched near a question."""
        return sum(file.size for file in self.files if file.kind not in (FileKind.PICTURE, FileKind.LATER))

    @property
    def later(self) -> int:
        """The scripts that are fetched only when a question comes near."""
        return sum(file.size for file in self.files if file.kind == FileKind.LATER)

    @cached_property
    def total(self) -> int:
        """Everything, when the page is read to the end."""
        return sum(file.size for file in self.files)

    @property
    def pictures(self) -> list[PageFile]:
        """The pictures, in the order of the page."""
        return [file for file in self.files if file.kind == FileKind.PICTURE]

    @property
    def heavy_pictures(self) -> list[PageFile]:
        """The pictures over their own budget, the heaviest first."""
        over = [file for file in self.pictures if file.size > ONE_PICTURE]
        return sorted(over, key=lambda file: -file.size)

    @property
    def seconds_to_text(self) -> float:
        """Seconds on 2G (280 kbit/s, 800 ms a round trip) until the text can be read: the page itself."""
        page = sum(file.size for file in self.files if file.kind == FileKind.PAGE)
        return TRIPS_TO_TEXT * ROUND_TRIP + page / BYTES_A_SECOND

    @property
    def seconds(self) -> float:
        """Seconds on 2G until everything is there."""
        return (TRIPS_TO_TEXT + TRIPS_AFTER) * ROUND_TRIP + self.total / BYTES_A_SECOND

    @property
    def is_text_over(self) -> bool:
        """Whether the text alone is over its budget."""
        return self.text_only > BEFORE_INTERACTION

    @property
    def is_total_over(self) -> bool:
        """Whether the page with its pictures is over its budget."""
        return self.total > WITH_PICTURES

    @property
    def is_over(self) -> bool:
        """Whether anything is over budget."""
        return self.is_text_over or self.is_total_over or bool(self.heavy_pictures)


def weigh(page: Page) -> Weight:
    """Return what ``page``, live or a draft, costs a reader. Raises ``PageNotRenderedError``."""
    return Weight(tuple(files_of(page)))
