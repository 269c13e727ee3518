"""A lesson of 1,200 characters with one photograph below the first screen, as peers were measured with."""

import json
import shutil
from pathlib import Path

from PIL import Image, ImageFilter
from playwright.sync_api import Browser

from tests.bench.instruments.visits import new_phone, visit
from tests.factories.content import copy_of_small_course
from tests.journeys.running import RunningSite
from tests.journeys.throttling import FAST, Link

WORKER_IS_READY = "async () => { await navigator.serviceWorker.ready; }"
IS_CONTROLLED = "() => navigator.serviceWorker.controller !== null"
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
    site.manage("load_course", str(course))
    shutil.rmtree(course)
    return "/zh-hans/courses/photo/first/ask/"


def bytes_of_visits(browser: Browser, link: Link, address: str) -> dict[str, int]:
    """Return what the lesson costs a phone that was never here, to its first screen and to its end; and once more.

    Of the first visit bodies count; of the repeated one all that passes the link, headers too.
    """
    first = visit(browser, link, address, FAST)
    whole = visit(browser, link, address, FAST, to_the_end=True)
    return {
        "photo_lesson_bytes": first.bytes + first.picture_bytes,
        "photo_lesson_scrolled_bytes": whole.bytes + whole.picture_bytes,
        **_again(browser, link, address),
    }


def _again(browser: Browser, link: Link, address: str) -> dict[str, int]:
    link.network = FAST
    with new_phone(browser) as page:
        page.goto(f"{link.address}{address.rpartition('/ask/')[0]}/")
        page.evaluate(WORKER_IS_READY)
        page.goto(f"{link.address}{address}")
        page.wait_for_function(IS_CONTROLLED)
        page.wait_for_timeout(2_000)
        page.goto("about:blank")
        link.reset()
        page.goto(f"{link.address}{address}")
        page.wait_for_timeout(4_000)
        return {"repeat_bytes": link.down, "repeat_requests": link.requests}


def _photograph() -> Image.Image:
    """Return what compresses like a photograph: noise at every scale, strongest where it is coarse."""
    whole = Image.effect_noise((1600, 1200), 20)
    for radius in (4, 16, 64):
        coarse = Image.effect_noise((1600, 1200), 200).filter(ImageFilter.GaussianBlur(radius))
        stretched = coarse.point(lambda value: max(0, min(255, int(128 + (value - 128) * 3))))
        whole = Image.blend(whole, stretched, 0.5)
    return whole.convert("RGB")
