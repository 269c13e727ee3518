from django.db import migrations
from django.db.models import F


def count_earlier_reviews(apps, schema_editor):
    """Until now a judgement counted at once; and a report that waits has nobody who decided on it."""
    reviews = apps.get_model("cohorts", "Review").objects
    reviews.update(counts_at=F("created_at"))
    reviews.filter(undone_at=None).update(counted_at=F("created_at"))
    apps.get_model("cohorts", "Submission").objects.filter(status="submitted").update(decided_at=None)


class Migration(migrations.Migration):
    dependencies = [("cohorts", "0007_reviews_and_rubrics")]

    operations = [migrations.RunPython(count_earlier_reviews, migrations.RunPython.noop, elidable=True)]
