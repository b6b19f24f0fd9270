import django.db.models.deletion
from django.db import migrations, models

import postexp.kernel.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("commerce", "0024_product_type_and_vendor_of_lines"),
        ("returns", "0030_gift_recipient_address"),
    ]

    operations = [
        migrations.CreateModel(
            name="TimeExtension",
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
                ("until", models.DateTimeField()),
                ("reason", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                (
                    "order_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="commerce.orderline",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["order_line", "-until"], name="extension_latest")],
            },
        ),
    ]
