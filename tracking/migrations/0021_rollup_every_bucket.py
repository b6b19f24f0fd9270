"""Histograms of delivery reports hold a count for every bucket: any two are as quick to add."""

import django.contrib.postgres.fields
from django.db import migrations, models

import tracking.models.reports

EVERY_BUCKET = """
CREATE FUNCTION pg_temp.every_bucket(counts jsonb) RETURNS integer[] LANGUAGE sql IMMUTABLE AS $$
    SELECT array_agg(coalesce((counts ->> bucket::text)::integer, 0) ORDER BY bucket)
    FROM generate_series(0, 72) AS bucket
$$;
ALTER TABLE tracking_deliveryrollup
    ALTER COLUMN transit TYPE integer[] USING pg_temp.every_bucket(transit),
    ALTER COLUMN first_scan TYPE integer[] USING pg_temp.every_bucket(first_scan);
DROP FUNCTION pg_temp.every_bucket(jsonb);
"""
ONLY_FILLED = """
CREATE FUNCTION pg_temp.only_filled(counts integer[]) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_object_agg(place - 1, count), '{}')
    FROM unnest(counts) WITH ORDINALITY AS bucket(count, place) WHERE count <> 0
$$;
ALTER TABLE tracking_deliveryrollup
    ALTER COLUMN transit TYPE jsonb USING pg_temp.only_filled(transit),
    ALTER COLUMN first_scan TYPE jsonb USING pg_temp.only_filled(first_scan);
DROP FUNCTION pg_temp.only_filled(integer[]);
"""


class Migration(migrations.Migration):
    dependencies = [("tracking", "0020_shipment_is_return")]

    operations = [
        migrations.RunSQL(
            EVERY_BUCKET,
            ONLY_FILLED,
            state_operations=[
                migrations.AlterField(
                    "deliveryrollup",
                    name,
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(),
                        default=tracking.models.reports.no_counts,
                        size=None,
                    ),
                )
                for name in ("transit", "first_scan")
            ],
        ),
        migrations.AddConstraint(
            "deliveryrollup",
            models.CheckConstraint(
                condition=models.Q(("first_scan__len", 73), ("transit__len", 73)),
                name="delivery_rollup_every_bucket",
            ),
        ),
    ]
