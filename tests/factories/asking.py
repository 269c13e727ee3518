"""A lesson that asks one question of each type, one drawn from a bank, a reflection and a poll."""

from typing import Any

from wagtail.models import Locale

from courses.blocks.identity import right_hand_id, stable_id
from courses.models import LessonPage, LessonVersion, ModulePage, QuestionBank
from courses.selectors import current_version

FEEDBACK: dict[str, Any] = {"feedback_right": "说得对。", "feedback_wrong": "再想想。", "explanation": "因为先听后说。"}


def an_id(*keys: str) -> str:
    """Return the id of a block or list item of this lesson."""
    return stable_id("asking", *keys)


def item(key: str, **value: Any) -> dict[str, Any]:
    return {"type": "item", "id": an_id(key), "value": value}


def block(kind: str, key: str, *, required: bool = True, **value: Any) -> dict[str, Any]:
    return {"type": kind, "id": an_id(key), "value": {"prompt": f"题目{key}？", "required": required, **value}}


def single(key: str = "single", **more: Any) -> dict[str, Any]:
    options = [
        item(f"{key}-good", text="先听", is_correct=True, feedback="说得对。"),
        item(f"{key}-bad", text="先说", is_correct=False, feedback="再想想。"),
    ]
    return block("single_choice", key, options=options, explanation="因为先听后说。", **more)


ORDER = block("order", "order", items=[item(f"o{n}", text=f"第{n}步") for n in range(4)], **FEEDBACK)
MATCH = block("match", "match", pairs=[item(f"m{n}", left=f"话{n}", right=f"答{n}") for n in range(3)], **FEEDBACK)
SHORT = block(
    "short_text",
    "short",
    accepted=[item("a1", text="心里话信箱"), item("a2", text="Letter box")],
    **FEEDBACK,
)
NUMBER = block("number", "number", answer="15", tolerance="5", unit="分钟", **FEEDBACK)
SCENARIO = block(
    "scenario",
    "scenario",
    explanation="因为先听后说。",
    scenes=[
        item(
            "s1",
            text="他趴在桌上。",
            branches=[
                item("s1-ask", text="轻声问", is_correct=True, feedback="他抬起头。", leads_to=2),
                item("s1-shout", text="大声喊", is_correct=False, feedback="他不动。", leads_to=3),
                item("s1-leave", text="走开", is_correct=False, feedback="没有人问他。", leads_to=None),
            ],
        ),
        item(
            "s2",
            text="他想说话。",
            branches=[
                item("s2-wait", text="等他", is_correct=True, feedback="他说了很久。", leads_to=None),
                item("s2-hurry", text="催他", is_correct=False, feedback="他不说了。", leads_to=3),
            ],
        ),
        item(
            "s3",
            text="下课了。",
            branches=[
                item("s3-again", text="放学再问", is_correct=True, feedback="他点点头。", leads_to=None),
                item("s3-forget", text="算了", is_correct=False, feedback="一天过去了。", leads_to=None),
            ],
        ),
    ],
)
REFLECTION = {
    "type": "reflection",
    "id": an_id("reflection"),
    "value": {"prompt": "您上次听孩子说话？", "help": "几句"},
}
POLL = {
    "type": "poll",
    "id": an_id("poll"),
    "value": {"prompt": "孩子最常跟谁说？", "options": [item("p1", text="同学"), item("p2", text="老师")]},
}
JUDGED = (single(), ORDER, MATCH, SHORT, NUMBER, SCENARIO)
RIGHT_PAIRS = tuple(one for n in range(3) for one in (an_id(f"m{n}"), right_hand_id(an_id(f"m{n}"))))


def a_bank(questions: int = 5, *, language: str = "zh-hans", key: str = "bank") -> QuestionBank:
    """Return a bank of that many questions with one right option each."""
    return QuestionBank.objects.create(
        title="题库",
        locale=Locale.objects.get(language_code=language),
        questions=[single(f"{key}{number}") for number in range(questions)],
    )


def a_draw(bank: QuestionBank, count: int = 2) -> dict[str, Any]:
    return {"type": "draw", "id": an_id("draw"), "value": {"bank": bank.pk, "count": count}}


def a_lesson(*blocks: dict[str, Any], slug: str = "asking", **fields: Any) -> LessonPage:
    """Publish a lesson with these blocks in the small course's first module; again with the same slug to edit it."""
    page = LessonPage.objects.filter(slug=slug).first()
    if page is None:
        page = LessonPage(
            title="都来问", slug=slug, summary="读完会问。", locale=Locale.objects.get(language_code="zh-hans")
        )
        page.body = list(blocks)
        ModulePage.objects.get(slug="first", locale=page.locale).add_child(instance=page)
    page.body = list(blocks)
    for name, value in fields.items():
        setattr(page, name, value)
    page.full_clean()
    page.body.stream_block.clean(page.body)
    page.save_revision().publish()
    return LessonPage.objects.get(pk=page.pk)


def version_of(page: LessonPage) -> LessonVersion:
    version = current_version(page.translation_key, page.locale.language_code)
    assert version is not None
    return version
