"""Which parcels the delivery reports have yet to count."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations
from django.db.models import F, Index, Q

INDEX = Index(
    fields=["changed_at"],
    name="shipment_to_count",
    condition=Q(counted_version__lt=F("version"))
    & (Q(status__in=("delivered", "returned", "expired")) | Q(counted_version__gte=0)),
)


class Migration(migrations.Migration):
    # Parcels are many, and carriers tell of them while the index is built.
    atomic = False

    dependencies = [("tracking", "0008_delivery_reports")]

    operations = [
        # An interrupted migration leaves a half-built index: begun anew, it builds it anew.
        migrations.RunSQL(
            f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX.name}", migrations.RunSQL.noop
        ),
        AddIndexConcurrently(model_name="shipment", index=INDEX),
    ]
