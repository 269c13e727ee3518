"""A translator's words are never lost, whatever happens to the source or to the translated page."""

import json
import uuid
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, TranslationSource

from courses.models import LessonPage, StalePassage
from courses.selectors import stale_passages, stale_translations
from courses.services.loading import load_course
from courses.services.translating.pairs import adopt_all
from courses.services.translating.publishing import (
    TranslationRefused,
    confirm_translation,
    publish_translation,
    save_translation,
    start_translation,
)
from courses.services.translating.targets import write_target
from tests.factories.content import copy_of_small_course, edit, lesson, question
from tests.factories.translations import Blocks, into, publish_with, say, say_all

pytestmark = pytest.mark.django_db


def publish(page: Page, **options) -> Page:
    publish_translation(translation=into(page), at=timezone.now(), actor=options.get("actor"))
    page.refresh_from_db()
    return type(page).objects.get(pk=page.pk)


def block(page: Page, key: str) -> Any:
    return next(child.value for child in page.body if child.id == question(page.slug, key))


def reword(old: str, new: str):
    """Return an edit that replaces words anywhere in the blocks."""

    def change(blocks: Blocks) -> None:
        text = json.dumps(blocks, ensure_ascii=False)
        assert old in text
        blocks[:] = json.loads(text.replace(old, new))

    return change


def test_what_was_loaded_from_files_is_known_word_by_word(small_course) -> None:
    for page in Page.objects.filter(locale__language_code="en", depth__gt=2).specific():
        before = json.loads(page.to_json())
        written = write_target(into(page), type(page).objects.get(pk=page.pk))
        assert written.missing == (), page
        assert json.loads(written.target.to_json()) == before, page
    assert not stale_translations()


def test_wagtail_localize_alone_shows_the_sources_words(small_course) -> None:
    """What the case of issue 876 comes from: stock wagtail-localize knows a translation by the source's exact words.

    One character more in the Chinese sentence, a synchronisation, and the published English page says it in Chinese.
    If this test ever fails, wagtail-localize has learnt to keep words, and ``stale.follow`` can be looked at again.
    """
    page = lesson("ask")
    page.body = json.dumps(
        json.loads(json.dumps(page.body.get_prep_value()).replace("\\u5148\\u542c", "\\u5148\\u542c\\u542c"))
    )
    page.save()
    TranslationSource.objects.get(object_id=page.translation_key).update_from_db()
    into(lesson("ask", "en")).save_target(publish=False)
    assert "先听听，再问。" in str(block(lesson("ask", "en"), "words"))


def test_a_change_in_the_source_leaves_the_translators_words_and_marks_the_block(small_course) -> None:
    english = lesson("ask", "en")
    publish_with(lesson("ask"), reword("先听，再问。", "先听听，再问。"))
    english.refresh_from_db()
    assert "Listen first, then ask." in str(block(english, "words")), "the published page is not touched"
    (stale,) = stale_translations()
    assert (stale.target.pk, stale.language, stale.count) == (english.pk, "en", 1)
    assert stale.block_ids == (question("ask", "words"),)
    assert stale.passages[0].before == "先听，再问。"
    english = publish(english)
    assert "Listen first, then ask." in str(block(english, "words")), "nor do they go with a synchronisation"
    assert stale_translations(), "publishing does not say that the words are right"
    say(english, f"{question('ask', 'words')}", "First listen well, then ask.")
    assert not stale_translations()
    assert "First listen well" in str(block(publish(english), "words"))


def test_words_edited_on_the_page_itself_survive_when_it_follows_its_source_again(small_course) -> None:
    """The case of issue 876: following is stopped, the page is edited by hand, following begins again."""
    english = lesson("ask", "en")
    translation = into(english)
    translation.enabled = False
    translation.save()
    publish_with(english, reword("Listen first, then ask.", "Listen, wait, and only then ask."), title="Asking well")
    translation.enabled = True
    translation.save()
    publish_with(lesson("ask"), reword("停顿时要等。", "停顿时要等一等。"))
    english = publish(english)
    assert english.title == "Asking well"
    assert "Listen, wait, and only then ask." in str(block(english, "words"))


def test_paragraphs_of_its_own_stay_until_every_one_of_the_sources_is_translated(small_course) -> None:
    english = lesson("ask", "en")
    own = "<p>Listen.</p><p>Then wait.</p><p>Then ask.</p>"
    publish_with(english, reword("<p>Listen first, then ask.</p>", own))
    publish_with(lesson("ask"), reword("先听，再问。", "先听听，再问。"), title="问一问吧")
    assert question("ask", "words") in stale_translations()[0].block_ids
    english = publish(english)
    assert str(block(english, "words").source).count("<p") == 3
    say(english, question("ask", "words"), "Listen, then ask.")
    assert block(publish(english), "words").source.strip() == "<p>Listen, then ask.</p>"


def test_blocks_that_only_the_translation_has_stay(small_course) -> None:
    key = str(uuid.uuid4())
    english = lesson("ask", "en")
    publish_with(
        english, lambda blocks: blocks.insert(1, {"type": "heading", "id": key, "value": "For readers abroad"})
    )
    publish_with(lesson("ask"), lambda blocks: blocks.remove(blocks[-1]), minutes=7)
    blocks = [child.id for child in publish(english).body]
    assert blocks == [question("ask", "words"), key, question("ask", "who")], "and what the source dropped goes"


def test_a_table_keeps_its_words_when_a_row_is_put_in_above(small_course) -> None:
    key = str(uuid.uuid4())

    def table(*rows: list[str]) -> dict[str, Any]:
        cells = {"data": list(rows), "cell": [], "mergeCells": [], "first_row_is_table_header": True}
        return {"type": "table", "id": key, "value": {"caption": "表", "cells": cells}}

    publish_with(lesson("ask"), lambda blocks: blocks.append(table(["谁", "做什么"], ["校长", "谈心"])))
    english = lesson("ask", "en")
    for place, words in (("r1c1", "Who"), ("r1c2", "What"), ("r2c1", "Head"), ("r2c2", "Talks"), ("caption", "Table")):
        say(english, f"{key}.{'' if place == 'caption' else 'cells.'}{place}", words)
    publish(english)
    new = table(["谁", "做什么"], ["班主任", "看信箱"], ["校长", "谈心"])
    publish_with(lesson("ask"), lambda blocks: blocks.__setitem__(-1, new))
    marked = {passage.path.rpartition(".")[2] for passage in stale_passages(into(english)) if passage.string}
    assert marked == {"r2c1", "r2c2"}, "the rows that only moved are as they were"
    say(english, f"{key}.cells.r2c1", "Teacher")
    say(english, f"{key}.cells.r2c2", "Letters")
    data = publish(english).body[-1].value["cells"]["data"]
    assert data == [["Who", "What"], ["Teacher", "Letters"], ["Head", "Talks"]]


def test_a_source_that_changes_twice_remembers_what_was_translated(small_course) -> None:
    publish_with(lesson("ask"), reword("先听，再问。", "先听听，再问。"))
    publish_with(lesson("ask"), reword("先听听，再问。", "先听听，再慢慢问。"))
    (passage,) = stale_passages(into(lesson("ask", "en")))
    assert passage.before == "先听，再问。"
    assert "Listen first" in str(block(publish(lesson("ask", "en")), "words"))


def test_a_change_taken_back_is_no_change(small_course) -> None:
    publish_with(lesson("ask"), reword("先听，再问。", "先听听，再问。"))
    publish_with(lesson("ask"), reword("先听听，再问。", "先听，再问。"))
    assert not stale_translations()


def test_blocks_in_another_order_keep_their_words(small_course) -> None:
    english = lesson("ask", "en")
    words = [json.dumps(value, sort_keys=True) for value in english.body.get_prep_value()]
    publish_with(lesson("ask"), lambda blocks: blocks.reverse())
    assert stale_translations()[0].block_ids == ("body",), "the order is to be taken over"
    english = publish(english)
    assert [json.dumps(value, sort_keys=True) for value in english.body.get_prep_value()] == words[::-1]
    assert not stale_translations()


def test_equal_words_in_two_blocks_may_be_translated_differently(small_course) -> None:
    keys = [str(uuid.uuid4()) for _ in range(2)]
    publish_with(lesson("ask"), lambda blocks: blocks.extend({"type": "heading", "id": k, "value": "等"} for k in keys))
    english = lesson("ask", "en")
    say(english, keys[0], "Wait")
    say(english, keys[1], "And so on")
    headings = [child.value for child in publish(english).body if child.block_type == "heading"]
    assert headings == ["Wait", "And so on"]


def test_a_new_block_is_marked_new_and_keeps_the_page_from_being_published_half_translated(small_course) -> None:
    key = str(uuid.uuid4())
    publish_with(lesson("ask"), lambda blocks: blocks.append({"type": "heading", "id": key, "value": "再想一想"}))
    english = lesson("ask", "en")
    (stale,) = stale_translations()
    assert key in stale.block_ids
    assert stale.new_count == 1
    with pytest.raises(TranslationRefused, match="1"):
        publish(english)
    save_translation(translation=into(english), at=timezone.now(), actor=None)
    assert key not in [child.id for child in lesson("ask", "en").body], "a draft does not touch the published page"
    say(english, key, "Think again")
    assert publish(english).body[-1].value == "Think again"
    assert not stale_translations()


def test_what_is_copied_and_not_translated_is_marked_and_comes_with_the_next_publication(small_course) -> None:
    def other_answer(blocks: Blocks) -> None:
        wait = next(one for one in blocks if one["id"] == question("ask", "wait"))
        wait["value"]["answer"] = "false"

    publish_with(lesson("ask"), other_answer, minutes=9)
    assert set(stale_translations()[0].block_ids) == {"minutes", question("ask", "wait")}
    english = publish(lesson("ask", "en"))
    assert english.minutes == 9
    assert block(english, "wait")["answer"] == "false"
    assert not stale_translations()


def test_a_translator_may_say_that_the_words_are_right_as_they_are(small_course) -> None:
    key = str(uuid.uuid4())
    publish_with(lesson("ask"), reword("先听，再问。", "先听听，再问。"))
    publish_with(lesson("ask"), lambda blocks: blocks.append({"type": "heading", "id": key, "value": "再想一想"}))
    assert confirm_translation(translation=into(lesson("ask", "en")), at=timezone.now(), actor=None) == 1
    assert [passage.block_id for passage in stale_passages(into(lesson("ask", "en")))] == ["body", key]


def test_what_both_files_say_is_right_by_itself(small_course, tmp_path) -> None:
    folder = copy_of_small_course(tmp_path)
    file = folder / "modules" / "first" / "lessons" / "01-ask.yaml"
    edit(file, "先听，再问。", "先听听，再问。")
    load_course(folder)
    assert not stale_translations(), "whoever writes both languages side by side vouches for both"


def test_a_page_that_begins_in_english_is_translated_into_chinese_likewise(small_course) -> None:
    module = lesson("ask", "en").get_parent()
    page = LessonPage(
        title="Walking home",
        slug="walking-home",
        summary="You can walk along.",
        locale=module.locale,
        body=json.dumps([{"type": "text", "id": str(uuid.uuid4()), "value": "<p>Walk <b>with</b> them.</p>"}]),
    )
    module.add_child(instance=page)
    page.save_revision().publish()
    chinese = Locale.objects.get(language_code="zh-hans")
    translation = start_translation(source=page, locale=chinese, at=timezone.now())
    target = translation.get_target_instance()
    assert (target.live, target.get_parent().locale, target.slug) == (False, chinese, "walking-home")
    with pytest.raises(TranslationRefused):
        publish(target)
    say_all(target, prefix="一起走 ")
    assert publish(target).live
    publish_with(page, reword("with", "beside"))
    assert stale_translations()[0].language == "zh-hans"
    with pytest.raises(TranslationRefused):
        start_translation(source=target, locale=page.locale, at=timezone.now())


def test_the_report_costs_the_same_for_many_pages(small_course, django_assert_max_num_queries) -> None:
    for key in ("ask", "read", "choose"):
        publish_with(lesson(key), title=f"{lesson(key).title}！")
    with django_assert_max_num_queries(4):
        assert len(stale_translations()) == 3
    with django_assert_max_num_queries(3):
        assert stale_translations(Page.objects.none()) == []


def test_a_site_that_knew_no_translations_adopts_what_it_has(small_course) -> None:
    TranslationSource.objects.all().delete()
    call_command("adopt_translations")
    assert "Listen first" in str(block(publish(lesson("ask", "en")), "words"))


def test_adopting_again_changes_nothing(small_course) -> None:
    def rows() -> list[tuple]:
        return sorted(StringTranslation.objects.values_list("translation_of", "context", "locale", "data"))

    before = rows()
    adopt_all([lesson("ask"), lesson("read")], at=timezone.now())
    assert rows() == before
    assert not StalePassage.objects.exists()
