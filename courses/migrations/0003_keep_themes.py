from anyascii import anyascii
from django.db import migrations
from django.utils.text import slugify


def keep_themes(apps, schema_editor):
    """Turn the words that stood on practices, a comma between, into themes."""
    Theme = apps.get_model("courses", "Theme")
    PracticePage = apps.get_model("courses", "PracticePage")
    Chosen = PracticePage._meta.get_field("themes").remote_field.through
    for page in PracticePage.objects.exclude(old_themes="").select_related("locale"):
        for word in filter(None, (word.strip() for word in page.old_themes.replace("，", ",").split(","))):
            theme = _theme(Theme, page.locale.language_code, word)
            Chosen.objects.get_or_create(practicepage=page, theme=theme)


def _theme(Theme, language, word):
    """Return the theme called ``word``; its key has a number when another word has taken it."""
    base, number = slugify(anyascii(word))[:40].strip("-"), 1
    while True:
        key = f"{base}-{number}" if base and number > 1 else base or f"theme-{number}"
        theme, _ = Theme.objects.get_or_create(key=key, defaults={"names": {}})
        if theme.names.setdefault(language, word) == word:
            theme.save()
            return theme
        number += 1


class Migration(migrations.Migration):
    dependencies = [("courses", "0002_home_for_writers")]
    operations = [migrations.RunPython(keep_themes, migrations.RunPython.noop)]
