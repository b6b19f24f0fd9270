"""The version of the theme is named by `recipe` with all else a page is made with.

The column stays for the version before, which writes it, and has a default for this one, which
does not. A later migration takes it away.
"""

from django.db import migrations

DEFAULT = "ALTER TABLE tracking_preparedpage ALTER COLUMN theme_version SET DEFAULT 0"
NO_DEFAULT = "ALTER TABLE tracking_preparedpage ALTER COLUMN theme_version DROP DEFAULT"


class Migration(migrations.Migration):
    dependencies = [
        ("tracking", "0018_told_twice"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(DEFAULT, NO_DEFAULT)],
            state_operations=[migrations.RemoveField("preparedpage", "theme_version")],
        )
    ]
