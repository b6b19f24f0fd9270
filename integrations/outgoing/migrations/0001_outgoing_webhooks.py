"""Endpoints of webhooks, and what was delivered to them."""

import django.contrib.postgres.fields
import django.db.models.deletion
import integrations.outgoing.models
import postexp.kernel.secrets
import postexp.kernel.tenancy
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Endpoint",
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
                        default=integrations.outgoing.models.endpoint_id, max_length=40, unique=True
                    ),
                ),
                ("url", models.CharField(max_length=500, verbose_name="address")),
                (
                    "description",
                    models.CharField(blank=True, max_length=120, verbose_name="description"),
                ),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
                ("secret", postexp.kernel.secrets.EncryptedTextField()),
                ("old_secret", postexp.kernel.secrets.EncryptedTextField(default="")),
                ("old_secret_until", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("paused", "Paused"),
                            ("disabled", "Disabled"),
                        ],
                        default="active",
                        max_length=10,
                    ),
                ),
                ("failing_since", models.DateTimeField(null=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "active")),
                        fields=["merchant_id"],
                        name="endpoint_active",
                    ),
                    models.Index(fields=["merchant_id", "-id"], name="endpoint_list"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
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
                        default=integrations.outgoing.models.delivery_id, max_length=40, unique=True
                    ),
                ),
                (
                    "endpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="outgoing.endpoint",
                    ),
                ),
                ("event_id", models.BigIntegerField(null=True)),
                ("message_id", models.CharField(max_length=40)),
                ("type", models.CharField(max_length=80)),
                (
                    "cause",
                    models.CharField(
                        choices=[("event", "Event"), ("replay", "Replay"), ("test", "Test")],
                        default="event",
                        max_length=8,
                    ),
                ),
                ("body", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting"),
                            ("sending", "Being sent"),
                            ("delivered", "Delivered"),
                            ("failed", "Failed"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField()),
                ("claim", models.CharField(default="", max_length=40)),
                ("lease_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["endpoint", "next_at", "id"],
                        name="webhook_due",
                    ),
                    models.Index(
                        condition=models.Q(("state", "sending")),
                        fields=["endpoint", "lease_until"],
                        name="webhook_under_way",
                    ),
                    models.Index(fields=["endpoint", "-id"], name="webhook_log"),
                    models.Index(fields=["created_at"], name="webhook_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cause", "event")),
                        fields=("endpoint", "event_id"),
                        name="webhook_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
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
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="log",
                        to="outgoing.delivery",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("milliseconds", models.PositiveIntegerField()),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("failure", models.CharField(blank=True, max_length=300)),
                ("request_headers", models.JSONField(default=dict)),
                ("answer_headers", models.JSONField(default=dict)),
                ("answer", models.TextField(blank=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
    ]
