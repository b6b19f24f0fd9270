"""A sending knows the kind and language of its message, and lists and reports have their indexes."""

from django.db import migrations, models
from django.db.models.functions import Collate, Replace, Upper

FROM_MESSAGES = """
UPDATE notifications_sending AS sending
SET kind = message.kind, locale = message.locale
FROM notifications_message AS message
WHERE message.id = sending.message_id
"""
NAME = Collate(Upper(Replace("name", models.Value(" "), models.Value(""))), "C")


class Migration(migrations.Migration):
    dependencies = [("notifications", "0011_quiet_words")]

    operations = [
        migrations.AddField(
            model_name="sending",
            name="kind",
            field=models.CharField(default="", max_length=60),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="sending",
            name="locale",
            field=models.CharField(default="", max_length=5),
            preserve_default=False,
        ),
        migrations.RunSQL(FROM_MESSAGES, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                models.F("merchant_id"), Collate("address", "C"), name="message_address_begins"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(models.F("merchant_id"), NAME, name="message_name_begins"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["merchant_id", "listed_at"],
                include=["kind", "channel", "locale", "klass", "state", "reason", "holding"],
                name="message_in_report",
            ),
        ),
    ]
