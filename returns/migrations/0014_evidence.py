import django.db.models.deletion
from django.db import migrations, models

import postexp.kernel.tenancy
import returns.models.evidence


class Migration(migrations.Migration):
    dependencies = [
        ("commerce", "0019_line_progress"),
        ("returns", "0013_return_parcels"),
    ]

    operations = [
        migrations.AddField(
            "return",
            "evidence_asked",
            models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            "return", "evidence_wanted", models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField(
            "return", "evidence_text", models.TextField(blank=True, db_default="", default="")
        ),
        migrations.CreateModel(
            name="EvidenceFile",
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
                        default=returns.models.evidence.evidence_id, max_length=40, unique=True
                    ),
                ),
                ("path", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("taken_at", models.CharField(blank=True, max_length=40)),
                ("software", models.CharField(blank=True, max_length=120)),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=80)),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="returns.return",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commerce.order",
                    ),
                ),
                (
                    "order_line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commerce.orderline",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("case__isnull", True)),
                        fields=["at"],
                        name="evidence_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "order_line", "case", "sha256"),
                        name="evidence_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]
