import django.db.models.deletion
from django.db import migrations, models

import postexp.kernel.tenancy


class Migration(migrations.Migration):
    dependencies = [("returns", "0032_exempt_goods")]

    operations = [
        migrations.CreateModel(
            name="PickUp",
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
                ("on", models.DateField()),
                ("earliest", models.TimeField(null=True)),
                ("latest", models.TimeField(null=True)),
                ("carrier", models.CharField(blank=True, max_length=80)),
                ("turn", models.PositiveSmallIntegerField(default=1)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pickup",
                        to="returns.return",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("earliest__isnull", True), ("latest__isnull", True)),
                            ("earliest__lt", models.F("latest")),
                            _connector="OR",
                        ),
                        name="pickup_hours",
                    )
                ],
            },
        ),
    ]
