"""Keeping the rows that say which pages lead to which practice."""

from django.db import transaction

from courses.blocks.identity import raw_blocks
from courses.models import AssignmentPage, LessonPage, PracticePage, PracticeUse


@transaction.atomic
def record_uses(*, page: LessonPage | AssignmentPage) -> None:
    """Write which practices ``page`` leads to, as it was just saved. Run again, it changes nothing."""
    chosen = _chosen(page)
    known = set(PracticeUse.objects.filter(page_id=page.pk).values_list("practice_id", flat=True))
    if gone := known - chosen:
        PracticeUse.objects.filter(page_id=page.pk, practice_id__in=gone).delete()
    if new := chosen - known:
        there = PracticePage.objects.filter(pk__in=new).order_by("pk").values_list("pk", flat=True)
        rows = [PracticeUse(page_id=page.pk, practice_id=practice) for practice in there]
        PracticeUse.objects.bulk_create(rows, ignore_conflicts=True)


def rebuild_uses() -> int:
    """Write the rows of every lesson and assignment anew and return how many there are."""
    for model in (LessonPage, AssignmentPage):
        for page in model.objects.iterator(chunk_size=200):
            record_uses(page=page)
    return PracticeUse.objects.count()


def _chosen(page: LessonPage | AssignmentPage) -> set[int]:
    """Return the ids of the practices that stand on the page."""
    if isinstance(page, AssignmentPage):
        return {page.practice_id} if page.practice_id else set()
    values = [block["value"] for block in raw_blocks(page.body) if block["type"] == "practice"]
    return {value["page"] for value in values if value.get("page")}
