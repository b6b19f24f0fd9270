"""What was handed over has a row of its own; the columns that held it go."""

from django.db import migrations

TAKE_OVER = """
    INSERT INTO notifications_sending (
        merchant_id, message_id, step, channel, address, key, provider_id, state, detail, units,
        began_at, ended_at
    )
    SELECT merchant_id, id, 0, channel, address, key, provider_id,
           CASE state WHEN 'sent' THEN 'accepted' WHEN 'outcome_unknown' THEN 'unknown'
                      ELSE 'failed' END,
           '', 1, send_at, settled_at
    FROM notifications_message
    WHERE key <> '' AND state IN ('sent', 'outcome_unknown', 'failed')
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0007_channels")]

    operations = [
        migrations.RunSQL(TAKE_OVER, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="message", name="key"),
        migrations.RemoveField(model_name="message", name="provider_id"),
    ]
