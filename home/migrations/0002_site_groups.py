"""Our four groups take the place of Wagtail's two; their rights are set by ``prepare_site`` (docs/roles.md)."""

from django.db import migrations

GROUPS = ("volunteer", "editor", "translator", "operator")
SUCCESSORS = {"Editors": "volunteer", "Moderators": "editor"}
"""Wagtail's Editors write and may not publish, which is our volunteer; its Moderators publish."""


def make_groups(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    groups = {name: Group.objects.get_or_create(name=name)[0] for name in GROUPS}
    for old in Group.objects.filter(name__in=SUCCESSORS):
        groups[SUCCESSORS[old.name]].user_set.add(*old.user_set.all())
        old.delete()


def remove_stock_review(apps, schema_editor):
    """Wagtail's own workflow asks a group that is gone; what it had in progress begins anew in ours."""
    apps.get_model("wagtailcore", "Workflow").objects.filter(name="Moderators approval").delete()
    apps.get_model("wagtailcore", "GroupApprovalTask").objects.filter(name="Moderators approval").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0001_initial"),
        ("accounts", "0002_review"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailadmin", "0005_editingsession_is_editing"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
    ]
    operations = [
        migrations.RunPython(make_groups, migrations.RunPython.noop),
        migrations.RunPython(remove_stock_review, migrations.RunPython.noop),
    ]
