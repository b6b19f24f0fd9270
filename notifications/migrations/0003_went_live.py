"""Dry run: shops that are here already go on sending, new ones begin silent."""

import postexp.kernel.tenancy
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0002_message_listed_at"),
        ("commerce", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("dry_run", "The shop’s messages are not live yet: it was written, not sent."),
                    ("demo", "It is about demo data: it was written, not sent."),
                    ("no_longer_true", "It was no longer true."),
                    ("too_late", "It came too late to be useful."),
                    ("no_consent", "The customer has not agreed to marketing messages."),
                    ("suppressed", "This address must not be written to."),
                    ("no_address", "No e-mail address is known."),
                    ("bad_address", "The e-mail address cannot exist."),
                    ("no_channel", "No channel is set up that could carry it."),
                    ("provider_refused", "The mail provider refused it for good."),
                    ("not_written", "Its words could not be written."),
                    (
                        "interrupted",
                        "Sending was interrupted, so it is not known whether it arrived.",
                    ),
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="state",
            field=models.CharField(
                choices=[
                    ("planned", "Planned"),
                    ("held", "Held"),
                    ("sent", "Sent"),
                    ("refused", "Not sent"),
                    ("dry_run", "Dry run"),
                    ("expired", "Expired"),
                    ("failed", "Failed"),
                    ("outcome_unknown", "Outcome unknown"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="WentLive",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "merchant_id",
                    models.BigIntegerField(
                        default=postexp.kernel.tenancy.current_merchant_id, editable=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("merchant_id",), name="live_once")],
            },
        ),
        migrations.RunSQL(
            "INSERT INTO notifications_wentlive (merchant_id, at, by) "
            "SELECT id, created_at, 'system' FROM commerce_merchant",
            migrations.RunSQL.noop,
        ),
    ]
