"""Every word of every block can be translated, and nothing else of a block changes by it."""

import json
import uuid
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from django.utils import timezone
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.models import Locale
from wagtail.snippets.blocks import SnippetChooserBlock
from wagtail_localize.models import StringSegment, StringTranslation

from courses.blocks import BankQuestions
from courses.models import PracticePage, QuestionBank
from courses.services.translating.publishing import start_translation
from courses.services.translating.targets import write_target
from foundation.models import Handout, Picture, Recording
from tests.factories.content import assignment, lesson
from tests.factories.editorial import a_practice_by

pytestmark = pytest.mark.django_db
WORDS = (blocks.CharBlock, blocks.TextBlock)
NEVER_TRANSLATED = (blocks.URLBlock, blocks.EmailBlock, blocks.ChoiceBlock)


class Filler:
    """Fills a block with words that can be told apart, and with whatever else it needs."""

    def __init__(self, chosen: dict[type, int]) -> None:
        self.chosen = chosen
        self.numbers = count(1)
        self.words: list[str] = []

    def word(self) -> str:
        self.words.append(f"字{next(self.numbers)}。")
        return self.words[-1]

    def fill(self, block: Any) -> Any:
        for kind, make in (
            (blocks.URLBlock, lambda _: "https://terrace.example/film"),
            (ImageBlock, lambda _: {"image": self.chosen[Picture], "alt_text": self.word(), "decorative": False}),
            (ImageChooserBlock, lambda _: self.chosen[Picture]),
            (DocumentChooserBlock, lambda _: self.chosen[Handout]),
            (blocks.PageChooserBlock, lambda _: self.chosen[PracticePage]),
            (SnippetChooserBlock, lambda block: self.chosen[block.target_model]),
            (TableBlock, lambda _: self._table()),
            (blocks.ChoiceBlock, lambda block: next(value for value, _name in block.field.choices if value)),
            (blocks.BooleanBlock, lambda _: True),
            (blocks.IntegerBlock, lambda _: 1),
            (blocks.DecimalBlock, lambda _: "1.5"),
            (blocks.RichTextBlock, lambda _: self._rich_text()),
            (WORDS, lambda _: self.word()),
            (blocks.ListBlock, lambda block: [self._item(block.child_block, "item") for _number in range(2)]),
            (blocks.StructBlock, lambda block: {name: self.fill(child) for name, child in block.child_blocks.items()}),
        ):
            if isinstance(block, kind):
                return make(block)
        raise AssertionError(f"{type(block).__name__}: say here how it is filled")

    def stream(self, block: blocks.StreamBlock) -> list[dict[str, Any]]:
        return [self._item(child, name) for name, child in block.child_blocks.items()]

    def _item(self, block: Any, name: str) -> dict[str, Any]:
        return {"type": name, "id": str(uuid.uuid4()), "value": self.fill(block)}

    def _rich_text(self) -> str:
        link = f'<a href="https://terrace.example/a.b">{self.word()}</a>'
        return f"<p>{self.word()} <b>{self.word()}</b> {link}</p><ul><li>{self.word()}</li><li>{self.word()}</li></ul>"

    def _table(self) -> dict[str, Any]:
        return {
            "data": [[self.word(), self.word()], [self.word(), None]],
            "cell": [],
            "mergeCells": [],
            "table_header_choice": "row",
            "first_row_is_table_header": True,
            "first_col_is_header": False,
            "table_caption": "",
        }


@pytest.fixture
def chosen(small_course) -> dict[type, int]:
    practice = PracticePage.objects.filter(locale__language_code="zh-hans").first()
    bank = QuestionBank(title="题库", locale=Locale.objects.get(language_code="zh-hans"))
    bank.questions = json.dumps(Filler({}).stream(BankQuestions()))
    bank.save()
    return {
        PracticePage: practice.pk,
        QuestionBank: bank.pk,
        Picture: Picture.objects.create(title="图", file="a.png", width=1, height=1).pk,
        Handout: Handout.objects.create(title="表", file="a.pdf").pk,
        Recording: Recording.objects.create(title="音", original="a.mp3", queued_at=timezone.now()).pk,
    }


def leaves(value: Any) -> Iterator[Any]:
    """Yield every number, choice and id of a raw stream: what must stay as it is."""
    if isinstance(value, dict):
        for child in value.values():
            yield from leaves(child)
    elif isinstance(value, list):
        for child in value:
            yield from leaves(child)
    else:
        yield value


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: lesson("ask"), "body"),
        (lambda: a_practice_by(None), "body"),
        (lambda: assignment(), "prompts"),
        (lambda: assignment(), "rubric"),
        (lambda: QuestionBank.objects.first(), "questions"),
    ],
    ids=["lesson", "practice", "prompts", "rubric", "bank"],
)
def test_every_word_comes_back_translated_and_nothing_else_changes(chosen, make, name) -> None:
    source = make()
    filler = Filler(chosen)
    raw = filler.stream(source._meta.get_field(name).stream_block)
    setattr(source, name, json.dumps(raw))
    if isinstance(source, PracticePage):
        source.risks = "<p>无。</p>"
    source.live = True
    source.save()
    english = Locale.objects.get(language_code="en")
    twin = source.get_translation_or_none(english)
    if twin is not None:
        twin.delete()
    translation = start_translation(source=source, locale=english, at=timezone.now())
    for segment in StringSegment.objects.filter(source=translation.source).select_related("string"):
        StringTranslation.objects.get_or_create(
            translation_of_id=segment.string_id,
            locale=english,
            context_id=segment.context_id,
            defaults={"data": segment.string.data.replace("字", "W"), "translation_type": "manual"},
        )
    written = write_target(translation, translation.get_target_instance())
    after = getattr(written.target, name).get_prep_value()
    said = json.dumps(after, ensure_ascii=False, default=str)
    assert written.missing == ()
    assert "字" not in said
    assert [word for word in filler.words if word.replace("字", "W") not in said] == []
    text = json.dumps(raw, ensure_ascii=False).replace("字", "W")
    kept = [leaf for leaf in leaves(json.loads(text)) if leaf not in (chosen[PracticePage],)]
    assert sorted(map(str, kept)) == sorted(
        str(leaf) for leaf in leaves(after) if leaf not in twins_of_practice(chosen)
    )


def twins_of_practice(chosen: dict[type, int]) -> set[int]:
    key = PracticePage.objects.get(pk=chosen[PracticePage]).translation_key
    return set(PracticePage.objects.filter(translation_key=key).values_list("pk", flat=True))
