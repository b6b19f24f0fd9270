"""Parcels, their scans, and what they teach."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import postexp.kernel.tenancy
import tracking.models.codes
import tracking.models.corrections
import tracking.models.dispatch
import tracking.models.incidents
import tracking.models.pages
import tracking.models.reports
import tracking.models.shipments
from django.conf import settings
from django.db import migrations, models

# Django cannot make a partitioned table: the state below says what this makes. Months before and
# after are made by the schedule (services.partitions); the default partition loses nothing.
SCANS = """
CREATE TABLE tracking_shipmentevent (
  merchant_id bigint NOT NULL,
  shipment_id bigint NOT NULL,
  sort_at timestamptz NOT NULL,
  key uuid NOT NULL,
  source varchar(20) NOT NULL,
  occurred_at timestamptz,
  local_time varchar(40) NOT NULL,
  time_precision varchar(8) NOT NULL,
  zone varchar(40) NOT NULL,
  status varchar(20) NOT NULL,
  substatus varchar(40) NOT NULL,
  location varchar(500) NOT NULL,
  raw_code varchar(500) NOT NULL,
  raw_description varchar(500) NOT NULL,
  external_id varchar(500) NOT NULL,
  position smallint NOT NULL CHECK (position >= 0),
  delay_reason varchar(20) NOT NULL,
  mapping_version smallint NOT NULL CHECK (mapping_version >= 0),
  received_at timestamptz NOT NULL,
  PRIMARY KEY (shipment_id, sort_at, key)
) PARTITION BY RANGE (sort_at);
CREATE TABLE tracking_shipmentevent_default PARTITION OF tracking_shipmentevent DEFAULT;
DO $$
DECLARE first timestamp;
BEGIN
  FOR first IN
    SELECT generate_series(
      date_trunc('month', now() AT TIME ZONE 'UTC') - interval '2 months',
      date_trunc('month', now() AT TIME ZONE 'UTC') + interval '3 months',
      interval '1 month')
  LOOP
    EXECUTE format(
      'CREATE TABLE %I PARTITION OF tracking_shipmentevent FOR VALUES FROM (%L) TO (%L)',
      'tracking_shipmentevent_' || to_char(first, 'YYYY_MM'),
      first AT TIME ZONE 'UTC',
      (first + interval '1 month') AT TIME ZONE 'UTC');
  END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("commerce", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Shipment",
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
                        default=tracking.models.shipments.shipment_id, max_length=40, unique=True
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="commerce.order",
                    ),
                ),
                ("is_return", models.BooleanField(db_default=False, default=False)),
                ("source", models.CharField(max_length=20)),
                ("fulfilment_ref", models.CharField(blank=True, max_length=64)),
                ("tracker_ref", models.CharField(blank=True, max_length=64)),
                ("tracking_number", models.CharField(blank=True, max_length=120)),
                ("number_key", models.CharField(blank=True, max_length=120)),
                ("carrier", models.CharField(blank=True, max_length=80)),
                (
                    "carrier_basis",
                    models.CharField(
                        choices=[
                            ("told", "told"),
                            ("detected", "detected"),
                            ("corrected", "corrected"),
                        ],
                        db_default="told",
                        default="told",
                        max_length=10,
                    ),
                ),
                (
                    "told_carrier",
                    models.CharField(blank=True, db_default="", default="", max_length=80),
                ),
                ("service", models.CharField(blank=True, max_length=80)),
                ("carrier_url", models.CharField(blank=True, max_length=500)),
                ("dispatched_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "pending"),
                            ("info_received", "info_received"),
                            ("in_transit", "in_transit"),
                            ("out_for_delivery", "out_for_delivery"),
                            ("available_for_pickup", "available_for_pickup"),
                            ("delivery_attempted", "delivery_attempted"),
                            ("delivered", "delivered"),
                            ("exception", "exception"),
                            ("returning", "returning"),
                            ("returned", "returned"),
                            ("cancelled", "cancelled"),
                            ("expired", "expired"),
                        ],
                        default="pending",
                        max_length=20,
                    ),
                ),
                (
                    "substatus",
                    models.CharField(blank=True, default="awaiting_carrier", max_length=40),
                ),
                (
                    "corrected_status",
                    models.CharField(blank=True, db_default="", default="", max_length=20),
                ),
                (
                    "corrected_substatus",
                    models.CharField(blank=True, db_default="", default="", max_length=40),
                ),
                ("corrected_at", models.DateTimeField(null=True)),
                (
                    "carrier_status",
                    models.CharField(blank=True, db_default="", default="", max_length=20),
                ),
                (
                    "carrier_substatus",
                    models.CharField(blank=True, db_default="", default="", max_length=40),
                ),
                ("since_at", models.DateTimeField(null=True)),
                ("since_local", models.CharField(blank=True, max_length=40)),
                ("since_precision", models.CharField(blank=True, max_length=8)),
                ("since_zone", models.CharField(blank=True, max_length=40)),
                ("last_scan_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("told", models.JSONField(default=dict)),
                ("by_source", models.JSONField(db_default={}, default=dict)),
                ("summary_status", models.CharField(blank=True, max_length=20)),
                ("summary_substatus", models.CharField(blank=True, max_length=40)),
                ("summary_at", models.DateTimeField(null=True)),
                (
                    "told_delay_reason",
                    models.CharField(blank=True, db_default="", default="", max_length=20),
                ),
                ("told_delay_at", models.DateTimeField(null=True)),
                (
                    "action_who",
                    models.CharField(blank=True, db_default="", default="", max_length=10),
                ),
                (
                    "action_what",
                    models.CharField(blank=True, db_default="", default="", max_length=24),
                ),
                ("action_until", models.DateField(null=True)),
                ("proof", models.JSONField(db_default={}, default=dict)),
                ("pickup", models.JSONField(db_default={}, default=dict)),
                ("eta_day", models.DateField(null=True)),
                ("eta_starts_at", models.DateTimeField(null=True)),
                ("eta_ends_at", models.DateTimeField(null=True)),
                ("eta_told_at", models.DateTimeField(null=True)),
                ("eta_changed_at", models.DateTimeField(null=True)),
                ("first_eta_day", models.DateField(null=True)),
                ("first_eta_told_at", models.DateTimeField(null=True)),
                ("is_delayed", models.BooleanField(default=False)),
                (
                    "delay_source",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("carrier", "carrier"),
                            ("predicted", "predicted"),
                            ("stalled", "stalled"),
                            ("promise_passed", "promise_passed"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "delay_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("carrier", "carrier"),
                            ("carrier_processing", "carrier_processing"),
                            ("weather", "weather"),
                            ("customs", "customs"),
                            ("flight", "flight"),
                            ("natural_disaster", "natural_disaster"),
                            ("address_incorrect", "address_incorrect"),
                            ("recipient", "recipient"),
                            ("pickup_late", "pickup_late"),
                            ("external", "external"),
                            ("unknown", "unknown"),
                        ],
                        max_length=20,
                    ),
                ),
                ("delay_detected_at", models.DateTimeField(null=True)),
                ("delay_cleared_at", models.DateTimeField(null=True)),
                ("delay_known_at", models.DateTimeField(null=True)),
                ("delay_certainty", models.PositiveSmallIntegerField(null=True)),
                ("likely_from", models.DateField(null=True)),
                ("likely_until", models.DateField(null=True)),
                ("write_again_on", models.DateField(null=True)),
                ("settling_turn", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("settling_since", models.DateTimeField(null=True)),
                (
                    "look_again_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), null=True
                    ),
                ),
                ("learnt_at", models.DateTimeField(null=True)),
                ("counted_version", models.IntegerField(db_default=-1, default=-1)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["merchant_id", "-id"], name="shipment_latest"),
                    models.Index(fields=["merchant_id", "status", "-id"], name="shipment_status"),
                    models.Index(fields=["merchant_id", "number_key"], name="shipment_number"),
                    models.Index(fields=["order", "id"], name="shipment_of_order"),
                    models.Index(
                        condition=models.Q(
                            ("look_again_at__isnull", False),
                            models.Q(
                                ("status__in", ("delivered", "returned", "cancelled")),
                                _negated=True,
                            ),
                        ),
                        fields=["look_again_at"],
                        name="shipment_to_look_at",
                    ),
                    models.Index(
                        condition=models.Q(("learnt_at__isnull", True), ("status", "delivered")),
                        fields=["changed_at"],
                        name="shipment_to_learn",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("counted_version__lt", models.F("version")),
                            models.Q(
                                ("status__in", ("delivered", "returned", "expired")),
                                ("counted_version__gte", 0),
                                _connector="OR",
                            ),
                        ),
                        fields=["changed_at"],
                        name="shipment_to_count",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("counted_version__lt", 0),
                            ("status__in", ("delivered", "returned", "expired")),
                        ),
                        fields=["merchant_id"],
                        name="shipment_uncounted",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("fulfilment_ref", ""), _negated=True),
                        fields=("merchant_id", "fulfilment_ref", "number_key"),
                        name="shipment_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ShipmentItem",
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
                    "shipment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="tracking.shipment",
                    ),
                ),
                (
                    "order_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="commerce.orderline",
                    ),
                ),
                ("quantity", models.PositiveIntegerField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("shipment", "order_line"), name="shipment_item_once"
                    )
                ],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(SCANS, "DROP TABLE tracking_shipmentevent;")],
            state_operations=[
                migrations.CreateModel(
                    name="ShipmentEvent",
                    fields=[
                        (
                            "merchant_id",
                            models.BigIntegerField(
                                default=postexp.kernel.tenancy.current_merchant_id, editable=False
                            ),
                        ),
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "shipment_id",
                                "sort_at",
                                "key",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "shipment",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="scans",
                                to="tracking.shipment",
                            ),
                        ),
                        ("sort_at", models.DateTimeField()),
                        ("key", models.UUIDField()),
                        ("source", models.CharField(max_length=20)),
                        ("occurred_at", models.DateTimeField(null=True)),
                        ("local_time", models.CharField(blank=True, max_length=40)),
                        (
                            "time_precision",
                            models.CharField(
                                choices=[
                                    ("second", "second"),
                                    ("minute", "minute"),
                                    ("date", "date"),
                                    ("none", "none"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("zone", models.CharField(blank=True, max_length=40)),
                        ("status", models.CharField(blank=True, max_length=20)),
                        ("substatus", models.CharField(blank=True, max_length=40)),
                        ("location", models.CharField(blank=True, max_length=500)),
                        ("raw_code", models.CharField(blank=True, max_length=500)),
                        ("raw_description", models.CharField(blank=True, max_length=500)),
                        ("external_id", models.CharField(blank=True, max_length=500)),
                        ("position", models.PositiveSmallIntegerField(default=0)),
                        ("delay_reason", models.CharField(blank=True, max_length=20)),
                        ("mapping_version", models.PositiveSmallIntegerField()),
                        ("received_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                        "base_manager_name": "objects",
                        "default_manager_name": "objects",
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="CarrierCode",
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
                        default=tracking.models.codes.carrier_code_id, max_length=40, unique=True
                    ),
                ),
                ("source", models.CharField(max_length=20)),
                ("code", models.CharField(max_length=200)),
                ("words", models.CharField(blank=True, max_length=500)),
                ("status", models.CharField(blank=True, max_length=20)),
                ("substatus", models.CharField(blank=True, max_length=40)),
                ("meaning", models.PositiveIntegerField(default=0)),
                ("mapped_at", models.DateTimeField(null=True)),
                (
                    "mapped_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("first_seen_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["merchant_id", "mapped_at", "-id"], name="carrier_codes")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "source", "code"), name="carrier_code_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CarrierCodeScan",
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
                    "code",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scans",
                        to="tracking.carriercode",
                    ),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tracking.shipment",
                    ),
                ),
                ("sort_at", models.DateTimeField()),
                ("key", models.UUIDField()),
                ("meaning", models.PositiveIntegerField(default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["code", "meaning", "id"], name="to_be_remapped")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("shipment", "key"), name="carrier_code_scan_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
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
                        default=tracking.models.corrections.correction_id,
                        max_length=40,
                        unique=True,
                    ),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="tracking.shipment",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[("carrier", "carrier"), ("status", "status")], max_length=10
                    ),
                ),
                ("before", models.CharField(blank=True, max_length=80)),
                ("after", models.CharField(max_length=80)),
                ("substatus", models.CharField(blank=True, max_length=40)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=80)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["shipment", "-id"], name="corrections")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("shipment", "subject"),
                        name="correction_standing_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DispatchDelay",
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
                        default=tracking.models.dispatch.dispatch_delay_id,
                        max_length=40,
                        unique=True,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="commerce.order",
                    ),
                ),
                ("units", models.JSONField()),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("backordered", "backordered"),
                            ("supplier_late", "supplier_late"),
                            ("warehouse_busy", "warehouse_busy"),
                            ("made_to_order", "made_to_order"),
                            ("being_checked", "being_checked"),
                        ],
                        max_length=20,
                    ),
                ),
                ("first_day", models.DateField(null=True)),
                ("last_day", models.DateField(null=True)),
                ("turn", models.PositiveSmallIntegerField(default=1)),
                ("day_passed", models.DateField(null=True)),
                ("stated_at", models.DateTimeField()),
                ("stated_by", models.CharField(max_length=80)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=80)),
                (
                    "ended_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sent", "sent"),
                            ("cancelled", "cancelled"),
                            ("taken_back", "taken_back"),
                        ],
                        max_length=10,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["order", "-id"], name="dispatch_delays"),
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["last_day"],
                        name="dispatch_delay_until",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("order",),
                        name="dispatch_delay_standing_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("first_day__isnull", True), ("last_day__isnull", True)),
                            models.Q(
                                ("first_day__isnull", False),
                                ("last_day__gte", models.F("first_day")),
                            ),
                            _connector="OR",
                        ),
                        name="dispatch_delay_days",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LateOrder",
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
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="commerce.order",
                    ),
                ),
                ("noted_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Incident",
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
                        default=tracking.models.incidents.incident_id, max_length=40, unique=True
                    ),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="incidents",
                        to="tracking.shipment",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invalid_number", "invalid_number"),
                            ("label_not_scanned", "label_not_scanned"),
                            ("stalled", "stalled"),
                            ("lost_suspected", "lost_suspected"),
                            ("misrouted", "misrouted"),
                            ("damaged", "damaged"),
                            ("failed_attempt", "failed_attempt"),
                            ("address_problem", "address_problem"),
                            ("payment_due", "payment_due"),
                            ("customs_hold", "customs_hold"),
                            ("unclaimed", "unclaimed"),
                            ("returning", "returning"),
                            ("other_problem", "other_problem"),
                            ("predicted_late", "predicted_late"),
                            ("carrier_delay", "carrier_delay"),
                            ("promise_passed", "promise_passed"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "gravity",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(kind="predicted_late", then=models.Value(1)),
                            models.When(kind="carrier_delay", then=models.Value(2)),
                            models.When(kind="promise_passed", then=models.Value(3)),
                            models.When(kind="label_not_scanned", then=models.Value(4)),
                            models.When(kind="stalled", then=models.Value(5)),
                            models.When(kind="misrouted", then=models.Value(6)),
                            models.When(kind="invalid_number", then=models.Value(7)),
                            models.When(kind="failed_attempt", then=models.Value(8)),
                            models.When(kind="other_problem", then=models.Value(9)),
                            models.When(kind="payment_due", then=models.Value(10)),
                            models.When(kind="customs_hold", then=models.Value(11)),
                            models.When(kind="address_problem", then=models.Value(12)),
                            models.When(kind="unclaimed", then=models.Value(13)),
                            models.When(kind="returning", then=models.Value(14)),
                            models.When(kind="damaged", then=models.Value(15)),
                            models.When(kind="lost_suspected", then=models.Value(16)),
                            default=models.Value(0),
                        ),
                        output_field=models.SmallIntegerField(),
                    ),
                ),
                ("cause", models.CharField(blank=True, max_length=40)),
                (
                    "remedy",
                    models.CharField(
                        choices=[
                            ("check_number", "check_number"),
                            ("hand_over", "hand_over"),
                            ("ask_carrier", "ask_carrier"),
                            ("start_trace", "start_trace"),
                            ("replace", "replace"),
                            ("arrange_redelivery", "arrange_redelivery"),
                            ("correct_address", "correct_address"),
                            ("settle_payment", "settle_payment"),
                            ("send_documents", "send_documents"),
                            ("remind_shopper", "remind_shopper"),
                            ("resend_or_refund", "resend_or_refund"),
                            ("tell_shopper", "tell_shopper"),
                        ],
                        max_length=20,
                    ),
                ),
                ("certainty", models.PositiveSmallIntegerField(default=100)),
                ("opened_at", models.DateTimeField()),
                ("since_at", models.DateTimeField(null=True)),
                ("deadline", models.DateField(null=True)),
                ("money", models.BigIntegerField(null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                (
                    "assignee",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("snoozed_until", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "closed_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("moved_on", "moved_on"),
                            ("arrived", "arrived"),
                            ("ended", "ended"),
                            ("outdated", "outdated"),
                            ("by_staff", "by_staff"),
                        ],
                        max_length=12,
                    ),
                ),
                ("closing_word", models.CharField(blank=True, max_length=200)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["merchant_id", "-id"],
                        name="incident_open",
                    ),
                    models.Index(fields=["merchant_id", "-id"], name="incident_latest"),
                    models.Index(fields=["shipment", "-id"], name="incident_of_shipment"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("shipment", "kind"),
                        name="incident_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            ("closed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="incident_ended_is_closed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UsualTimes",
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
                ("carrier", models.CharField(max_length=80)),
                ("service", models.CharField(blank=True, max_length=80)),
                ("lane", models.CharField(blank=True, max_length=20)),
                ("times", models.JSONField(default=dict)),
                ("parcels", models.PositiveIntegerField(default=0)),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "carrier", "service", "lane"),
                        name="usual_times_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TrackingSettings",
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
                ("settle_minutes", models.PositiveSmallIntegerField(default=30)),
                ("leaves_within_days", models.PositiveSmallIntegerField(db_default=0, default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("merchant_id",), name="tracking_settings_once"),
                    models.CheckConstraint(
                        condition=models.Q(("settle_minutes__lte", 1440)),
                        name="settle_time_within_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PreparedPage",
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
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="commerce.order",
                    ),
                ),
                ("order_ref", models.CharField(max_length=40)),
                ("slug", models.CharField(max_length=40)),
                ("locale", models.CharField(max_length=5)),
                ("is_default", models.BooleanField()),
                ("theme_version", models.PositiveIntegerField(db_default=0)),
                ("recipe", models.CharField(blank=True, max_length=40)),
                ("body", models.TextField(blank=True)),
                ("etag", models.CharField(blank=True, max_length=40)),
                ("valid_until", models.DateTimeField(null=True)),
                ("wanted", models.PositiveIntegerField(default=1)),
                ("made", models.PositiveIntegerField(default=0)),
                ("made_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["merchant_id", "id"], name="prepared_pages")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order_ref", "locale"), name="prepared_page_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LookupAttempt",
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
                ("number_key", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["merchant_id", "number_key", "at"], name="lookup_attempts"
                    ),
                    models.Index(fields=["at"], name="lookup_attempt_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LookupChallenge",
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
                        default=tracking.models.pages.challenge_id, max_length=40, unique=True
                    ),
                ),
                ("number_key", models.CharField(max_length=40)),
                ("order_ref", models.CharField(blank=True, max_length=40)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["merchant_id", "number_key", "-id"], name="lookup_challenges"
                    ),
                    models.Index(fields=["expires_at"], name="lookup_challenge_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CountedParcel",
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
                ("shipment_row", models.BigIntegerField(unique=True)),
                ("month", models.DateField()),
                ("carrier", models.CharField(blank=True, max_length=80)),
                ("service", models.CharField(blank=True, max_length=80)),
                ("lane", models.CharField(blank=True, max_length=20)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "pending"),
                            ("info_received", "info_received"),
                            ("in_transit", "in_transit"),
                            ("out_for_delivery", "out_for_delivery"),
                            ("available_for_pickup", "available_for_pickup"),
                            ("delivery_attempted", "delivery_attempted"),
                            ("delivered", "delivered"),
                            ("exception", "exception"),
                            ("returning", "returning"),
                            ("returned", "returned"),
                            ("cancelled", "cancelled"),
                            ("expired", "expired"),
                        ],
                        max_length=20,
                    ),
                ),
                ("on_time", models.BooleanField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("incidents", models.PositiveSmallIntegerField(default=0)),
                ("transit", models.PositiveSmallIntegerField(null=True)),
                ("first_scan", models.PositiveSmallIntegerField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="DeliveryRollup",
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
                ("month", models.DateField()),
                ("carrier", models.CharField(blank=True, max_length=80)),
                ("service", models.CharField(blank=True, max_length=80)),
                ("lane", models.CharField(blank=True, max_length=20)),
                ("parcels", models.PositiveIntegerField(default=0)),
                ("delivered", models.PositiveIntegerField(default=0)),
                ("returned", models.PositiveIntegerField(default=0)),
                ("promised", models.PositiveIntegerField(default=0)),
                ("on_time", models.PositiveIntegerField(default=0)),
                ("first_try", models.PositiveIntegerField(default=0)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("incidents", models.PositiveIntegerField(default=0)),
                ("troubled", models.PositiveIntegerField(default=0)),
                (
                    "transit",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(),
                        default=tracking.models.reports.no_counts,
                        size=None,
                    ),
                ),
                (
                    "first_scan",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(),
                        default=tracking.models.reports.no_counts,
                        size=None,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "month", "carrier", "service", "lane"),
                        name="delivery_rollup_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first_scan__len", 73), ("transit__len", 73)),
                        name="delivery_rollup_every_bucket",
                    ),
                ],
            },
        ),
        # The version of the theme is named by `recipe` with all else a page is made with. Development
        # versions wrote it to a column of its own; a later migration takes that away.
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField("preparedpage", "theme_version")]
        ),
    ]
