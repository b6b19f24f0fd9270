import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import postexp.kernel.tenancy
import returns.models.losses


class Migration(migrations.Migration):
    dependencies = [("returns", "0027_exchange_short_and_taken")]

    operations = [
        migrations.CreateModel(
            name="ReturnLoss",
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
                        default=returns.models.losses.loss_id, max_length=40, unique=True
                    ),
                ),
                (
                    "bearer",
                    models.CharField(
                        choices=[("shop", "The shop"), ("shopper", "The shopper")], max_length=8
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("carrier_says", "The carrier says that it is lost"),
                            ("no_scan", "No carrier has scanned it for long"),
                            ("known_otherwise", "Known in another way"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "proof",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("scan", "A carrier scanned it"),
                            ("receipt", "The shopper showed a receipt"),
                            ("", "Nothing"),
                        ],
                        max_length=8,
                    ),
                ),
                ("units", models.PositiveIntegerField()),
                ("settled", models.PositiveIntegerField(db_default=0, default=0)),
                ("traces", models.JSONField(default=list)),
                ("text", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=80)),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("taken_back", "Taken back"),
                            ("decided_anew", "Decided anew"),
                            ("turned_up", "The parcel turned up"),
                        ],
                        max_length=12,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="losses",
                        to="returns.return",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.AddConstraint(
            model_name="returnloss",
            constraint=models.UniqueConstraint(
                fields=("case",), condition=Q(("ended_at__isnull", True)), name="return_loss_once"
            ),
        ),
        migrations.AddField(
            model_name="returnline",
            name="lost",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.RemoveConstraint(model_name="returnline", name="return_line_counts"),
        migrations.AddConstraint(
            model_name="returnline",
            constraint=models.CheckConstraint(
                condition=Q(
                    ("quantity__gte", 1),
                    ("quantity__gte", F("received") + F("kept") + F("lost")),
                    ("received__gte", F("accepted") + F("refused")),
                    ("quantity__gte", F("settled")),
                ),
                name="return_line_counts",
            ),
        ),
        migrations.AlterField(
            model_name="return",
            name="state",
            field=models.CharField(
                choices=[
                    ("requested", "Requested"),
                    ("in_review", "Needs review"),
                    ("approved", "Approved"),
                    ("rejected", "Declined"),
                    ("in_transit", "On its way back"),
                    ("received", "Received"),
                    ("resolving", "To refund"),
                    ("completed", "Completed"),
                    ("cancelled", "Cancelled"),
                    ("expired", "Expired"),
                    ("lost", "Lost on its way"),
                ],
                default="requested",
                max_length=12,
            ),
        ),
    ]
