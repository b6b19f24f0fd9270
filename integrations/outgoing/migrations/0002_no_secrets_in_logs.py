"""Take the secrets of endpoints out of the log of the API, and seal them in first answers."""

from typing import Any

from django.db import migrations

BLOT_OUT = r"""
UPDATE commerce_apirequest
SET answer = regexp_replace(answer, '("secret": *")whsec_[^"]*', '\1***')
WHERE path LIKE '/api/v1/webhook-endpoints%' AND answer LIKE '%whsec\_%'
"""


def seal(apps: Any, schema_editor: Any) -> None:
    """Keep the first answers that hold a secret encrypted."""
    records = apps.get_model("kernel", "IdempotencyRecord").objects.filter(
        operation__startswith="POST /api/v1/webhook-endpoints"
    )
    for record in records.iterator():
        if b"whsec_" in bytes(record.body):
            record.sealed, record.body = bytes(record.body).decode(), b""
            record.save(update_fields=["sealed", "body"])


class Migration(migrations.Migration):
    dependencies = [
        ("outgoing", "0001_outgoing_webhooks"),
        ("commerce", "0008_api_platform"),
        ("kernel", "0007_sealed_answers"),
    ]

    operations = [
        migrations.RunSQL(BLOT_OUT, migrations.RunSQL.noop),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
