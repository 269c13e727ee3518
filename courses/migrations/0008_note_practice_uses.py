"""Write the rows that say which practices the lessons and assignments of this site lead to."""

from typing import Any

from django.db import migrations


def note_uses(apps: Any, schema_editor: Any) -> None:
    """Read each lesson's practice cards and each assignment's practice, once."""
    practice_model = apps.get_model("courses", "PracticePage")
    use_model = apps.get_model("courses", "PracticeUse")
    found: set[tuple[int, int]] = set()
    for lesson in apps.get_model("courses", "LessonPage").objects.iterator(chunk_size=200):
        for block in lesson.body.raw_data:
            if block["type"] == "practice" and block["value"].get("page"):
                found.add((lesson.pk, block["value"]["page"]))
    assignments = apps.get_model("courses", "AssignmentPage").objects.filter(practice__isnull=False)
    found.update(assignments.values_list("pk", "practice_id"))
    there = set(practice_model.objects.values_list("pk", flat=True))
    use_model.objects.bulk_create(
        use_model(page_id=page, practice_id=practice) for page, practice in sorted(found) if practice in there
    )


class Migration(migrations.Migration):
    dependencies = [("courses", "0007_practice_library")]

    operations = [migrations.RunPython(note_uses, migrations.RunPython.noop)]
