"""Connections to outside services, and what was asked of them."""

import django.db.models.deletion
import integrations.models
import postexp.kernel.secrets
import postexp.kernel.tenancy
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Connection",
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
                        default=integrations.models.connection_id, max_length=40, unique=True
                    ),
                ),
                (
                    "service",
                    models.CharField(
                        choices=[
                            ("shopify", "Shopify"),
                            ("easypost", "EasyPost"),
                            ("aftership", "AfterShip"),
                            ("shippo", "Shippo"),
                            ("seventeentrack", "17TRACK"),
                            ("fedex", "FedEx"),
                            ("ups", "UPS"),
                            ("usps", "USPS"),
                            ("dhl", "DHL"),
                            ("stripe", "Stripe"),
                            ("twilio", "Twilio"),
                            ("whatsapp", "WhatsApp"),
                            ("line", "LINE"),
                            ("mail", "E-mail provider"),
                            ("messages", "Messages to your own system"),
                            ("generic", "Your own systems"),
                        ],
                        max_length=20,
                    ),
                ),
                ("account", models.CharField(max_length=255)),
                ("secret", postexp.kernel.secrets.EncryptedTextField()),
                ("old_secret", postexp.kernel.secrets.EncryptedTextField(default="")),
                ("rotated_at", models.DateTimeField(null=True)),
                ("connected_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("client_id", models.CharField(blank=True, max_length=255)),
                ("access_token", postexp.kernel.secrets.EncryptedTextField(default="")),
                ("token_expires_at", models.DateTimeField(null=True)),
                ("scopes", models.JSONField(default=list)),
                ("topics", models.JSONField(default=list)),
                ("checked_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, max_length=40)),
                ("problem_detail", models.TextField(blank=True)),
                ("tells_scans", models.BooleanField(default=False)),
                ("senders", models.JSONField(default=dict)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["service", "account"], name="connection_account")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("service", "account"),
                        name="account_once",
                    ),
                    models.UniqueConstraint(
                        fields=("merchant_id", "service", "account"), name="account_once_per_shop"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BackFill",
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
                        default=integrations.models.back_fill_id, max_length=40, unique=True
                    ),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="back_fills",
                        to="integrations.connection",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("products", "Products"),
                            ("customers", "Customers"),
                            ("orders", "Orders"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("paused", "Paused"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                            ("failed", "Failed"),
                        ],
                        default="running",
                        max_length=20,
                    ),
                ),
                ("total", models.PositiveIntegerField(null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("skipped", models.PositiveIntegerField(default=0)),
                ("page_size", models.PositiveSmallIntegerField(default=25)),
                ("cursor", models.TextField(blank=True)),
                ("bulk_id", models.CharField(blank=True, max_length=255)),
                ("bulk_url", models.TextField(blank=True)),
                ("bulk_size", models.BigIntegerField(default=0)),
                ("offset", models.BigIntegerField(default=0)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("problem", models.CharField(blank=True, max_length=40)),
                ("problem_detail", models.TextField(blank=True)),
                ("claim", models.CharField(blank=True, max_length=40)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["state", "claimed_until"], name="back_fill_waiting")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("running", "paused", "failed"))),
                        fields=("connection", "kind"),
                        name="back_fill_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboundCall",
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
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calls",
                        to="integrations.connection",
                    ),
                ),
                ("key", models.CharField(max_length=120)),
                ("operation", models.CharField(max_length=60)),
                ("variables", models.JSONField()),
                ("reference", models.CharField(blank=True, max_length=255)),
                ("first_sent_at", models.DateTimeField()),
                ("asked_again_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "operation", "key"), name="outbound_call_once"
                    )
                ],
            },
        ),
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
