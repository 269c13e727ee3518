from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("courses", "0003_keep_themes")]
    operations = [migrations.RemoveField("practicepage", "old_themes")]
