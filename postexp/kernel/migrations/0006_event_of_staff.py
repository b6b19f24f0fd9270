"""The audit log finds what staff did without reading what machines did in between."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    # The log is long, and shops write to it while the index is built.
    atomic = False

    dependencies = [("kernel", "0005_erasing")]

    operations = [
        # An interrupted migration leaves a half-built index: begun anew, it builds it anew.
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS event_of_staff", migrations.RunSQL.noop
        ),
        AddIndexConcurrently(
            model_name="eventrecord",
            index=models.Index(
                fields=["merchant_id", "-id"],
                condition=Q(actor__startswith="staff:"),
                name="event_of_staff",
            ),
        ),
    ]
