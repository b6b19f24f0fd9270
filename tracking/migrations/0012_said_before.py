"""Delays and actions that messages told before it was kept which source told them."""

from django.db import migrations

# They are taken for the words of whoever told of the parcel last, so that it can take them back.
ATTRIBUTE = """
UPDATE tracking_shipment AS parcel
SET by_source = jsonb_build_object(
    COALESCE(
        (
            SELECT scan.source FROM tracking_shipmentevent AS scan
            WHERE scan.shipment_id = parcel.id AND scan.source <> 'shop'
            ORDER BY scan.received_at DESC LIMIT 1
        ),
        parcel.source
    ),
    jsonb_strip_nulls(
        jsonb_build_object(
            'at', COALESCE(parcel.summary_at, parcel.changed_at),
            'delay', CASE WHEN parcel.told_delay_reason <> '' THEN jsonb_build_array(
                parcel.told_delay_reason,
                COALESCE(parcel.told_delay_at, parcel.summary_at, parcel.changed_at)
            ) END,
            'action', CASE WHEN parcel.action_what <> '' THEN jsonb_build_array(
                parcel.action_who, parcel.action_what, COALESCE(parcel.action_until::text, '')
            ) END
        )
    )
)
WHERE parcel.by_source = '{}' AND (parcel.told_delay_reason <> '' OR parcel.action_what <> '')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tracking", "0011_by_source"),
    ]

    operations = [migrations.RunSQL(ATTRIBUTE, migrations.RunSQL.noop)]
