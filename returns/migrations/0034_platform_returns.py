import django.db.models.deletion
import postexp.kernel.tenancy
import returns.models.platform
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("commerce", "0026_exemption_of_lines"),
        ("returns", "0033_pick_ups"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlatformReturn",
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
                    "public_id",
                    models.CharField(
                        default=returns.models.platform.platform_return_id,
                        max_length=40,
                        unique=True,
                    ),
                ),
                ("external_id", models.CharField(max_length=64)),
                ("number", models.CharField(max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Asked for"),
                            ("open", "Under way"),
                            ("closed", "Closed"),
                            ("declined", "Declined"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=12,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commerce.order",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="PlatformReturnLine",
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
                ("quantity", models.PositiveIntegerField()),
                ("arrived", models.PositiveIntegerField()),
                ("refunded", models.PositiveIntegerField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="returns.platformreturn",
                    ),
                ),
                (
                    "order_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commerce.orderline",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.AddIndex(
            model_name="platformreturn",
            index=models.Index(fields=["order", "id"], name="platform_return_of_order"),
        ),
        migrations.AddIndex(
            model_name="platformreturn",
            index=models.Index(
                condition=models.Q(("state__in", ("requested", "open"))),
                fields=["merchant_id", "-id"],
                name="platform_return_under_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="platformreturn",
            constraint=models.UniqueConstraint(
                fields=("merchant_id", "external_id"), name="platform_return_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="platformreturnline",
            constraint=models.UniqueConstraint(
                fields=("case", "order_line"), name="platform_return_line_once"
            ),
        ),
    ]
