"""Parcels that a second source made beside the one that had ended join it, where that is sure.

Before each source's own id was kept, a second source that told of a parcel which had ended already
began another one, without an order. Such a double is told by other sources, of the same number,
with the same end, and its scans lie within the journey of the one parcel that has an order. Any
other parcel with a number used before stays: it may be a number that a carrier used again.
"""

from django.db import migrations

FIND = """
CREATE TEMPORARY TABLE told_twice ON COMMIT DROP AS
SELECT double.id AS double_id, min(parcel.id) AS parcel_id
FROM tracking_shipment AS double
JOIN tracking_shipment AS parcel
    ON parcel.merchant_id = double.merchant_id AND parcel.number_key = double.number_key
    AND parcel.order_id IS NOT NULL
WHERE double.order_id IS NULL AND double.fulfilment_ref = '' AND double.number_key <> ''
    AND double.carrier_basis <> 'corrected' AND double.corrected_status = ''
    AND double.status IN ('delivered', 'returned', 'cancelled')
GROUP BY double.id
HAVING count(*) = 1;

DELETE FROM told_twice USING tracking_shipment AS double, tracking_shipment AS parcel
WHERE double.id = told_twice.double_id AND parcel.id = told_twice.parcel_id AND NOT (
    COALESCE(double.created_at > parcel.created_at AND double.status = parcel.status
        AND double.last_scan_at <= parcel.last_scan_at + interval '1 day', false)
    AND NOT EXISTS (
        SELECT 1 FROM tracking_shipmentevent AS theirs
        WHERE theirs.shipment_id = double.id AND (
            theirs.sort_at < COALESCE(parcel.dispatched_at, parcel.created_at) - interval '7 days'
            OR EXISTS (
                SELECT 1 FROM tracking_shipmentevent AS ours
                WHERE ours.shipment_id = parcel.id AND ours.source = theirs.source
            )
        )
    )
);
"""

_SCAN = (
    "merchant_id, sort_at, key, source, occurred_at, local_time, time_precision, zone, status,"
    " substatus, location, raw_code, raw_description, external_id, position, delay_reason,"
    " mapping_version, received_at"
)

JOIN = f"""
INSERT INTO tracking_shipmentevent (shipment_id, {_SCAN})
SELECT told_twice.parcel_id, {", ".join(f"scan.{name}" for name in _SCAN.split(", "))}
FROM told_twice JOIN tracking_shipmentevent AS scan ON scan.shipment_id = told_twice.double_id
ON CONFLICT DO NOTHING;

UPDATE tracking_shipment AS parcel
SET by_source = doubles.by_source || parcel.by_source, version = parcel.version + 1
FROM (
    SELECT told_twice.parcel_id,
        COALESCE(jsonb_object_agg(said.source, said.words ORDER BY double.id DESC)
            FILTER (WHERE said.source IS NOT NULL), '{{}}') AS by_source
    FROM told_twice
    JOIN tracking_shipment AS double ON double.id = told_twice.double_id
    LEFT JOIN jsonb_each(double.by_source) AS said (source, words) ON true
    GROUP BY told_twice.parcel_id
) AS doubles
WHERE parcel.id = doubles.parcel_id;

UPDATE tracking_carriercodescan AS scan SET shipment_id = told_twice.parcel_id
FROM told_twice
WHERE scan.shipment_id = told_twice.double_id AND NOT EXISTS (
    SELECT 1 FROM tracking_carriercodescan AS theirs
    JOIN told_twice AS other ON other.parcel_id = told_twice.parcel_id
    WHERE theirs.key = scan.key AND (
        theirs.shipment_id = told_twice.parcel_id
        OR (theirs.shipment_id = other.double_id AND other.double_id < told_twice.double_id)
    )
);

UPDATE tracking_preparedpage AS page SET wanted = page.wanted + 1
FROM told_twice, tracking_shipment AS parcel
WHERE parcel.id = told_twice.parcel_id AND page.order_id = parcel.order_id;

DELETE FROM tracking_carriercodescan USING told_twice WHERE shipment_id = double_id;
DELETE FROM tracking_correction USING told_twice WHERE shipment_id = double_id;
DELETE FROM tracking_incident USING told_twice WHERE shipment_id = double_id;
DELETE FROM tracking_shipmentitem USING told_twice WHERE shipment_id = double_id;
DELETE FROM tracking_shipmentevent USING told_twice WHERE shipment_id = double_id;
DELETE FROM tracking_shipment USING told_twice WHERE id = double_id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("tracking", "0017_learn_anew"),
    ]

    operations = [
        migrations.RunSQL(FIND, migrations.RunSQL.noop),
        migrations.RunSQL(JOIN, migrations.RunSQL.noop),
    ]
