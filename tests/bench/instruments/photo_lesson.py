"""A lesson of 1,200 characters with one photograph below the first screen, as peers were measured with."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image, ImageFilter

from tests.factories.content import copy_of_small_course
from tests.journeys.running import ROOT, RunningSite

WORDS = "孩子说话的时候，先听完，再问一句。" * 35
ABOUT = "- name: school.jpg\n  title: school\n  credit: Terrace (梯田)\n  licence: CC BY 4.0\n"
LESSON = {
    "key": "ask",
    "slug": {"zh-hans": "ask", "en": "ask"},
    "title": {"zh-hans": "问一问", "en": "Asking"},
    "summary": {"zh-hans": "读完会问。", "en": "Afterwards you can ask."},
    "minutes": 5,
    "body": [
        {"key": "words", "type": "text", "text": {"zh-hans": WORDS, "en": WORDS}},
        {
            "key": "school",
            "type": "picture",
            "image": "school.jpg",
            "alt": {"zh-hans": "山里的学校", "en": "A school in the hills"},
        },
        {"key": "more", "type": "text", "text": {"zh-hans": WORDS, "en": WORDS}},
    ],
}


def load_photo_lesson(site: RunningSite, folder: Path) -> str:
    """Publish the lesson; return its address."""
    course = copy_of_small_course(folder / "photo", key="photo", slug="{zh-hans: photo, en: photo}")
    pictures = course / "images"
    pictures.mkdir()
    _photograph().save(pictures / "school.jpg", quality=92)
    (pictures / "about.yaml").write_text(ABOUT, encoding="utf-8")
    (course / "modules" / "first" / "lessons" / "01-ask.yaml").write_text(json.dumps(LESSON), encoding="utf-8")
    command = [sys.executable, "manage.py", "load_course", str(course)]
    subprocess.run(command, cwd=ROOT, env=site.environment, check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(course)
    return "/zh-hans/courses/photo/first/ask/"


def _photograph() -> Image.Image:
    """Return what compresses like a photograph: noise at every scale, strongest where it is coarse."""
    whole = Image.effect_noise((1600, 1200), 20)
    for radius in (4, 16, 64):
        coarse = Image.effect_noise((1600, 1200), 200).filter(ImageFilter.GaussianBlur(radius))
        stretched = coarse.point(lambda value: max(0, min(255, int(128 + (value - 128) * 3))))
        whole = Image.blend(whole, stretched, 0.5)
    return whole.convert("RGB")
