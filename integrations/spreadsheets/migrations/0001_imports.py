"""Files that shops bring, and what became of their rows."""

import django.db.models.deletion
import integrations.spreadsheets.models
import postexp.kernel.tenancy
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("commerce", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Import",
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
                        default=integrations.spreadsheets.models.import_id,
                        max_length=40,
                        unique=True,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("orders", "Orders"),
                            ("products", "Products and stock"),
                            ("customers", "Customers"),
                            ("shipments", "Shipments"),
                            ("scans", "Tracking events"),
                            ("drop_off", "Drop-off points"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("mapping", "Columns to choose"),
                            ("checking", "Being checked"),
                            ("checked", "Checked"),
                            ("running", "Running"),
                            ("done", "Imported"),
                            ("undoing", "Being undone"),
                            ("undone", "Undone"),
                            ("failed", "Failed"),
                        ],
                        default="mapping",
                        max_length=12,
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("path", models.CharField(blank=True, max_length=200)),
                ("plain_path", models.CharField(blank=True, max_length=200)),
                ("digest", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("encoding", models.CharField(max_length=20)),
                ("delimiter", models.CharField(blank=True, max_length=1)),
                ("header", models.JSONField(default=list)),
                ("sample", models.JSONField(default=list)),
                ("columns", models.JSONField(default=dict)),
                (
                    "date_order",
                    models.CharField(
                        choices=[
                            ("mdy", "Month first (11/24/2026)"),
                            ("dmy", "Day first (24/11/2026)"),
                        ],
                        default="mdy",
                        max_length=3,
                    ),
                ),
                ("locale", models.CharField(max_length=5)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("lines", models.PositiveIntegerField(default=0)),
                ("line", models.PositiveIntegerField(default=0)),
                ("position", models.BigIntegerField(default=0)),
                ("entries", models.PositiveIntegerField(default=0)),
                ("known", models.PositiveIntegerField(default=0)),
                ("same", models.PositiveIntegerField(default=0)),
                ("created", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("undone", models.PositiveIntegerField(default=0)),
                ("kept", models.PositiveIntegerField(default=0)),
                ("problem", models.TextField(blank=True)),
                ("uploaded_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("beat_at", models.DateTimeField(null=True)),
                ("claim", models.CharField(db_default="", default="", max_length=40)),
                ("tries", models.PositiveSmallIntegerField(db_default=0, default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["merchant_id", "-id"], name="import_list"),
                    models.Index(
                        condition=models.Q(("state__in", ["checking", "running", "undoing"])),
                        fields=["beat_at"],
                        name="import_going_on",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportItem",
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
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="spreadsheets.import",
                    ),
                ),
                ("kind", models.CharField(max_length=12)),
                ("line", models.PositiveIntegerField()),
                ("lines", models.PositiveSmallIntegerField(default=1)),
                ("position", models.BigIntegerField()),
                ("key", models.CharField(blank=True, max_length=200)),
                ("fingerprint", models.CharField(blank=True, max_length=32)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("ready", "Ready"),
                            ("refused", "Not imported"),
                            ("created", "New"),
                            ("changed", "Changed"),
                            ("unchanged", "Unchanged"),
                            ("undone", "Undone"),
                            ("kept", "Kept"),
                        ],
                        max_length=10,
                    ),
                ),
                ("object_id", models.CharField(blank=True, max_length=40)),
                ("before", models.JSONField(null=True)),
                ("reason", models.TextField(blank=True)),
                ("cells", models.JSONField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["batch", "outcome", "id"], name="import_item_work"),
                    models.Index(
                        fields=["merchant_id", "kind", "key", "-id"], name="import_item_known"
                    ),
                ],
            },
        ),
    ]
