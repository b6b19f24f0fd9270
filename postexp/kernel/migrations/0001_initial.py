"""The event log, the inbox, and the function that keeps ledgers and logs append-only."""

import django.db.models.deletion
import django.db.models.fields.json
import postexp.kernel.secrets
import postexp.kernel.tenancy
from django.db import migrations, models

# The cache of log-in throttles, as Django's database cache reads it.
CACHE = """
CREATE TABLE kernel_cache (
  cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX kernel_cache_expires ON kernel_cache (expires);
"""
# What is append-only may be erased where the law asks for it, in a transaction that says so.
APPEND_ONLY = """
CREATE FUNCTION kernel_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('postexp.erasing', true) = 'yes' THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER kernel_event_append_only BEFORE UPDATE ON kernel_event
  FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
"""
NOT_APPEND_ONLY = """
DROP TRIGGER kernel_event_append_only ON kernel_event;
DROP FUNCTION kernel_refuse_change();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="EventRecord",
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
                ("public_id", models.CharField(max_length=40, unique=True)),
                ("type", models.CharField(max_length=80)),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("subject", models.CharField(max_length=120)),
                ("payload", models.JSONField()),
                ("actor", models.CharField(default="system", max_length=80)),
                ("request_id", models.CharField(db_default="", default="", max_length=64)),
                ("occurred_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "db_table": "kernel_event",
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["merchant_id", "-id"], name="event_latest"),
                    models.Index(fields=["merchant_id", "subject", "-id"], name="event_of_subject"),
                    models.Index(
                        models.F("merchant_id"),
                        django.db.models.fields.json.KeyTextTransform("order_id", "payload"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="event_of_order",
                    ),
                    models.Index(
                        condition=models.Q(("actor__startswith", "staff:")),
                        fields=["merchant_id", "-id"],
                        name="event_of_staff",
                    ),
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
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="kernel.eventrecord",
                    ),
                ),
                ("handler", models.CharField(max_length=80)),
                ("subject", models.CharField(max_length=120)),
                ("outside", models.BooleanField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("claimed", "Claimed"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("dead", "Dead"),
                            ("skipped", "Skipped"),
                            ("outcome_unknown", "Outcome Unknown"),
                        ],
                        default="pending",
                        max_length=16,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField()),
                ("claim", models.CharField(default="", max_length=40)),
                ("lease_until", models.DateTimeField(null=True)),
                ("last_error", models.TextField(default="")),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "kernel_delivery",
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("state__in", ["pending", "claimed", "running", "dead"])
                        ),
                        fields=["handler", "subject", "event"],
                        name="delivery_open",
                    ),
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["outside", "event"],
                        name="delivery_pending",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["dead", "outcome_unknown"])),
                        fields=["merchant_id", "state", "-id"],
                        name="delivery_for_staff",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("event", "handler"), name="delivery_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="InboxMessage",
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
                ("public_id", models.CharField(max_length=40, unique=True)),
                ("source", models.CharField(max_length=40)),
                ("topic", models.CharField(max_length=80)),
                ("provider_key", models.CharField(max_length=200)),
                ("headers", models.JSONField()),
                ("body", models.BinaryField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("processed", "Processed"),
                            ("failed", "Failed"),
                        ],
                        default="received",
                        max_length=12,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField()),
                ("cause", models.TextField(default="")),
                ("next_step", models.TextField(default="")),
                ("effect_kind", models.CharField(default="", max_length=40)),
                ("effect_object_id", models.CharField(default="", max_length=80)),
                ("effect_detail", models.JSONField(default=dict)),
                ("request_id", models.CharField(db_default="", default="", max_length=64)),
                ("received_at", models.DateTimeField()),
                ("processed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "kernel_inbox",
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "received")),
                        fields=["id"],
                        name="inbox_waiting",
                    ),
                    models.Index(fields=["merchant_id", "state", "-id"], name="inbox_for_staff"),
                    models.Index(fields=["received_at"], name="inbox_age"),
                    models.Index(
                        condition=models.Q(("effect_object_id", ""), _negated=True),
                        fields=["merchant_id", "effect_object_id", "-id"],
                        name="inbox_about",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "source", "provider_key"), name="inbox_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyRecord",
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
                ("key", models.CharField(max_length=255)),
                ("operation", models.CharField(max_length=200)),
                ("fingerprint", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField()),
                ("body", models.BinaryField(default=b"")),
                ("sealed", postexp.kernel.secrets.EncryptedTextField(null=True)),
                ("content_type", models.CharField(default="application/json", max_length=80)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "kernel_idempotency",
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["created_at"], name="idempotency_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "key"), name="idempotency_key_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("part", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("beat_at", models.DateTimeField()),
            ],
            options={
                "db_table": "kernel_heartbeat",
            },
        ),
        migrations.RunSQL(CACHE, "DROP TABLE kernel_cache;"),
        migrations.RunSQL(APPEND_ONLY, NOT_APPEND_ONLY),
    ]
