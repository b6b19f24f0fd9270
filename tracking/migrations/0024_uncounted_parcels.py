"""Which parcels the delivery reports were not given yet."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations
from django.db.models import Index, Q

INDEX = Index(
    fields=["merchant_id"],
    name="shipment_uncounted",
    condition=Q(status__in=("delivered", "returned", "expired"), counted_version__lt=0),
)


class Migration(migrations.Migration):
    # Parcels are many, and carriers tell of them while the index is built.
    atomic = False

    dependencies = [("tracking", "0023_dispatch_day_passed")]

    operations = [
        # An interrupted migration leaves a half-built index: begun anew, it builds it anew.
        migrations.RunSQL(
            f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX.name}", migrations.RunSQL.noop
        ),
        AddIndexConcurrently(model_name="shipment", index=INDEX),
    ]
