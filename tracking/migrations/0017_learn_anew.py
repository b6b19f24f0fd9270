"""Shops that demo data or tests had taught what is usual learn it anew from their real parcels."""

from django.db import migrations

# What a shop learnt from more parcels than ever taught it came from others: from trials, still there
# or removed since. All its carriers count together, and every status: a parcel that has taught may
# come back, or turn out to be another carrier's. The learning takes its parcels again by batches.
LEARN_ANEW = """
WITH taught AS (
    SELECT parcel.merchant_id, count(*) AS parcels
    FROM tracking_shipment AS parcel
    LEFT JOIN commerce_order AS ordered ON ordered.id = parcel.order_id
    WHERE parcel.learnt_at IS NOT NULL
        AND (ordered.id IS NULL OR NOT (ordered.test OR ordered.source IN ('demo', 'test')))
    GROUP BY parcel.merchant_id
), learnt AS (
    SELECT usual.merchant_id, sum(usual.parcels) AS parcels
    FROM tracking_usualtimes AS usual
    JOIN commerce_merchant AS shop ON shop.id = usual.merchant_id AND NOT shop.is_demo
    WHERE usual.service = '' AND usual.lane = ''
    GROUP BY usual.merchant_id
), misled AS (
    SELECT merchant_id FROM learnt LEFT JOIN taught USING (merchant_id)
    WHERE learnt.parcels > COALESCE(taught.parcels, 0)
), forgotten AS (
    DELETE FROM tracking_usualtimes WHERE merchant_id IN (SELECT merchant_id FROM misled)
)
UPDATE tracking_shipment SET learnt_at = NULL
WHERE learnt_at IS NOT NULL AND status = 'delivered'
    AND merchant_id IN (SELECT merchant_id FROM misled)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("commerce", "0001_initial"),
        ("tracking", "0016_proof_of_delivery"),
    ]

    operations = [migrations.RunSQL(LEARN_ANEW, migrations.RunSQL.noop)]
