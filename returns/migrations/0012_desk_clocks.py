from django.db import migrations, models

import postexp.kernel.tenancy


class Migration(migrations.Migration):
    dependencies = [("returns", "0011_receiving")]

    operations = [
        migrations.CreateModel(
            name="DeskSettings",
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
                ("decide_hours", models.PositiveSmallIntegerField()),
                ("inspect_days", models.PositiveSmallIntegerField()),
                ("refund_days", models.PositiveSmallIntegerField()),
                ("opens", models.PositiveSmallIntegerField()),
                ("closes", models.PositiveSmallIntegerField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("merchant_id",), name="desk_settings_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opens__lt", models.F("closes")), ("closes__lte", 24)
                        ),
                        name="desk_opens_first",
                    ),
                ],
            },
        ),
        migrations.AddField("return", "due_at", models.DateTimeField(null=True)),
        migrations.AddField("return", "law_due_at", models.DateTimeField(null=True)),
        migrations.AddField("return", "waiting_since", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "return",
            models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["merchant_id", "due_at"],
                name="return_due",
            ),
        ),
        migrations.AddIndex(
            "return",
            models.Index(
                condition=models.Q(("law_due_at__isnull", False)),
                fields=["merchant_id", "law_due_at"],
                name="return_due_by_law",
            ),
        ),
        migrations.AddIndex(
            "return",
            models.Index(
                condition=models.Q(("tracking_number", ""), _negated=True),
                fields=["merchant_id", "tracking_number"],
                name="return_tracking_number",
            ),
        ),
    ]
