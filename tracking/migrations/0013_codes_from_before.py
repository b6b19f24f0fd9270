"""Scans nobody could read, from before their codes were kept: staff map them with the others."""

from typing import Any

from django.db import migrations

from tracking.models.codes import carrier_code_id

# As `rules.codes` tells an unmapped scan and its code.
_CODE = """
    SELECT merchant_id, shipment_id, sort_at, key, source, raw_description, received_at, left(
        CASE
            WHEN raw_description <> '' AND raw_code ~ '[0-9]{1,2}:[0-9]{2}|[0-9][年月]'
                THEN raw_description
            WHEN raw_code <> '' THEN raw_code
            ELSE raw_description
        END, 200) AS code
    FROM tracking_shipmentevent
    WHERE status = '' AND substatus = '' AND delay_reason = ''
        AND (raw_code <> '' OR raw_description <> '')
"""
# A source that tells more different things without a status than 1,000 has no codes.
_FIND = f"""
    SELECT merchant_id, source, code, words, first_seen_at, last_seen_at FROM (
        SELECT merchant_id, source, code, min(raw_description) AS words,
            min(received_at) AS first_seen_at, max(received_at) AS last_seen_at,
            row_number() OVER (PARTITION BY merchant_id, source ORDER BY min(received_at)) AS place
        FROM ({_CODE}) AS unread GROUP BY merchant_id, source, code
    ) AS codes WHERE place <= 1000
"""  # noqa: S608 - constant text only
_KEEP = """
    INSERT INTO tracking_carriercode (
        merchant_id, source, code, words, first_seen_at, last_seen_at, public_id,
        status, substatus, meaning
    ) VALUES (%s, %s, %s, %s, %s, %s, %s, '', '', 0) ON CONFLICT DO NOTHING
"""
_LINK = f"""
    INSERT INTO tracking_carriercodescan (merchant_id, code_id, shipment_id, sort_at, key, meaning)
    SELECT unread.merchant_id, kept.id, unread.shipment_id, unread.sort_at, unread.key, 0
    FROM ({_CODE}) AS unread JOIN tracking_carriercode AS kept
        ON (kept.merchant_id, kept.source, kept.code)
            = (unread.merchant_id, unread.source, unread.code)
    ON CONFLICT DO NOTHING
"""  # noqa: S608 - constant text only


def note(apps: Any, schema_editor: Any) -> None:
    """Keep the codes of scans that are stored, and which scans came under each."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_FIND)
        codes = [(*row, carrier_code_id()) for row in cursor.fetchall()]
        if codes:
            cursor.executemany(_KEEP, codes)
            cursor.execute(_LINK)


class Migration(migrations.Migration):
    dependencies = [
        ("tracking", "0012_said_before"),
    ]

    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
