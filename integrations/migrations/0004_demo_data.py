"""Living demo data in a shop of one's own, and how far it has got."""

import postexp.kernel.tenancy
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0003_shopify_access_and_back_fill"),
    ]

    operations = [
        migrations.CreateModel(
            name="DemoData",
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
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("filling", "Filling"),
                            ("ready", "Ready"),
                            ("removing", "Removing"),
                        ],
                        max_length=10,
                    ),
                ),
                ("planned_for", models.DateTimeField()),
                ("actor", models.CharField(max_length=80)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("merchant_id",), name="demo_data_once")
                ],
            },
        ),
    ]
