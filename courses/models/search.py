"""What the search of lessons and practices reads: one row for each published page."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from courses.enums import SearchKind
from courses.grams import pinyin, tokens, units


class SearchEntry(index.Indexed, models.Model):
    """The words of a published lesson or practice. Written when it is published, gone when it is not.

    The texts are kept as they read, to show why something was found; the index holds their grams (``courses.grams``).
    """

    page = models.OneToOneField("wagtailcore.Page", on_delete=models.CASCADE, related_name="search_entry")
    kind = models.CharField(_("kind"), max_length=10, choices=SearchKind.choices)
    locale = models.CharField(_("language"), max_length=10)
    translation_key: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField(_("what it translates"))
    course_key: "models.UUIDField[uuid.UUID | None, uuid.UUID | None]" = models.UUIDField(_("course"), null=True)
    title = models.CharField(_("title"), max_length=255)
    people = models.CharField(_("author and school"), max_length=600, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    text = models.TextField(_("text"), blank=True)

    search_fields: ClassVar[list[Any]] = [index.SearchField("grams"), index.FilterField("id")]

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")

    def __str__(self) -> str:
        return self.title

    def grams(self) -> str:
        """Return the tokens to be indexed: of every text by itself, and the pinyin of title, people and summary."""
        texts = [self.title, self.people, self.summary, *self.text.split("\n")]
        spoken = [pinyin(self.title), *(pinyin(name) for name in self.people.split("\n"))]
        return " ".join(
            [
                *(tokens(units(text)) for text in texts),
                *(tokens(read, mark="y") for read in spoken),
                tokens(pinyin(self.summary), mark="h"),
            ]
        )
