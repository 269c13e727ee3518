"""What previews of blocks show where something has to be chosen: the newest there is, else a sample never stored."""

from typing import Any

from django.apps import apps

from foundation.models import Handout, Picture, Recording


def a_picture() -> Picture | None:
    """Return the newest picture; none on a site that has no picture yet."""
    return Picture.objects.order_by("-pk").first()


def a_recording() -> Recording:
    """Return the newest recording, or one that cannot be heard yet."""
    return Recording.objects.order_by("-pk").first() or Recording(pk=0, title="第一次谈心")


def a_handout() -> Handout:
    """Return the newest handout, or a sample of one."""
    newest = Handout.objects.order_by("-pk").first()
    return newest or Handout(pk=0, title="谈心记录表", file="documents/sample.docx", file_size=48_000)


def a_practice() -> Any:
    """Return the newest practice, or a sample of one. The model stands above this module, so it is named."""
    model = apps.get_model("courses", "PracticePage")
    newest = model.objects.live().order_by("-pk").first()
    return newest or model(
        pk=0, title="一对一谈心", summary="每周半小时，只听一个孩子说话。", credit="示例校长", url_path="/practice/"
    )


def a_bank() -> Any:
    """Return the newest question bank, or a sample of one with a question in it."""
    model = apps.get_model("courses", "QuestionBank")
    words = {"prompt": "谈心时先听再问。", "answer": "true", "feedback_true": "对。", "feedback_false": "再想想。"}
    question = {"type": "true_false", "id": "sample", "value": words}
    return model.objects.order_by("-pk").first() or model(title="谈心", questions=[question])
