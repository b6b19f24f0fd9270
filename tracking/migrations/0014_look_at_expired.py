"""Expired parcels are looked at again, so that they leave the queue when they are forgotten."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations
from django.db.models import Index, Q

INDEX = Index(
    fields=["look_again_at"],
    name="shipment_to_look_at",
    condition=Q(look_again_at__isnull=False)
    & ~Q(status__in=("delivered", "returned", "cancelled")),
)


class Migration(migrations.Migration):
    # Parcels are many, and carriers tell of them while the index is built.
    atomic = False

    dependencies = [("tracking", "0013_codes_from_before")]

    operations = [
        # An interrupted migration leaves a half-built index: begun anew, it builds it anew.
        migrations.RunSQL(
            f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX.name}", migrations.RunSQL.noop
        ),
        AddIndexConcurrently(model_name="shipment", index=INDEX),
        migrations.RunSQL(
            "UPDATE tracking_shipment SET look_again_at = now() WHERE status = 'expired'",
            migrations.RunSQL.noop,
        ),
        RemoveIndexConcurrently(model_name="shipment", name="shipment_look_again"),
    ]
