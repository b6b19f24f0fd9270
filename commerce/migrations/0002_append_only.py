"""Store credit is a ledger: entries are never changed, and never removed one by one."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("commerce", "0001_initial"), ("kernel", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER commerce_storecreditentry_append_only
              BEFORE UPDATE ON commerce_storecreditentry
              FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
            """,
            "DROP TRIGGER commerce_storecreditentry_append_only ON commerce_storecreditentry;",
        ),
    ]
