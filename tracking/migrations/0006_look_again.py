"""Which parcels are to be looked at next, and which teach what is usual."""

from collections.abc import Iterator

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations
from django.db.migrations.operations.base import Operation
from django.db.models import Index, Q

INDEXES = (
    Index(
        fields=["look_again_at"],
        name="shipment_look_again",
        condition=Q(look_again_at__isnull=False)
        & ~Q(status__in=("delivered", "returned", "cancelled", "expired")),
    ),
    Index(
        fields=["changed_at"],
        name="shipment_to_learn",
        condition=Q(status="delivered", learnt_at__isnull=True),
    ),
)


def _build(index: Index) -> Iterator[Operation]:
    # An interrupted migration leaves whole and half-built indexes: begun anew, it builds them anew.
    yield migrations.RunSQL(
        f"DROP INDEX CONCURRENTLY IF EXISTS {index.name}", migrations.RunSQL.noop
    )
    yield AddIndexConcurrently(model_name="shipment", index=index)


class Migration(migrations.Migration):
    # Parcels are many, and carriers tell of them while the indexes are built.
    atomic = False

    dependencies = [("tracking", "0005_incidents")]

    operations = [
        *(operation for index in INDEXES for operation in _build(index)),
        RemoveIndexConcurrently(model_name="shipment", name="shipment_promised"),
    ]
