"""The list of customers: its order, and what their names and addresses begin with."""

from collections.abc import Iterator

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.models import F, Index, Value
from django.db.models.functions import Collate, Concat, Replace, Upper


def _of_name(first: str, second: str, name: str) -> Index:
    written = Replace(Concat(first, second), Value(" "), Value(""))
    return Index(F("merchant_id"), Collate(Upper(written), "C"), name=name)


INDEXES = (
    Index(fields=["merchant_id", "-id"], name="customer_latest"),
    _of_name("family_name", "given_name", "customer_family"),
    _of_name("given_name", "family_name", "customer_given"),
    _of_name("family_kana", "given_kana", "customer_family_kana"),
    _of_name("given_kana", "family_kana", "customer_given_kana"),
    Index(F("merchant_id"), Collate("email", "C"), name="customer_email_begins"),
)


def _build(index: Index) -> Iterator[Operation]:
    # An interrupted migration leaves whole and half-built indexes: begun anew, it builds them anew.
    yield migrations.RunSQL(
        f"DROP INDEX CONCURRENTLY IF EXISTS {index.name}", migrations.RunSQL.noop
    )
    yield AddIndexConcurrently(model_name="customer", index=index)


class Migration(migrations.Migration):
    # Customers are many, and shops write to them while the indexes are built.
    atomic = False

    dependencies = [("commerce", "0008_api_platform")]

    operations = [
        migrations.AlterField(
            model_name="savedview",
            name="list_name",
            field=models.CharField(
                choices=[
                    ("orders", "Orders"),
                    ("customers", "Customers"),
                    ("parcels", "Parcels"),
                    ("returns", "Returns"),
                    ("messages", "Messages"),
                ],
                max_length=12,
            ),
        ),
        *(operation for index in INDEXES for operation in _build(index)),
    ]
