"""Returns, exchanges and cancellations. The ledger and the logs are append-only."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.math
import postexp.kernel.secrets
import postexp.kernel.tenancy
import returns.models.cancellations
import returns.models.cases
import returns.models.credit_notes
import returns.models.drafts
import returns.models.drop_off
import returns.models.evidence
import returns.models.exchanges
import returns.models.gifts
import returns.models.losses
import returns.models.macros
import returns.models.mismatches
import returns.models.money
import returns.models.parcels
import returns.models.platform
import returns.models.policies
import returns.models.receiving
import returns.models.simulations
import returns.models.withdrawals
from django.db import migrations, models

APPEND_ONLY = (
    "policyversion",
    "policydecision",
    "inspection",
    "transitionlog",
    "settlement",
    "settlementline",
    "ledgerentry",
    "goodwillunits",
    "creditnote",
)
# The ledger itself keeps what an order gave back.
GIVEN_BACK = """
CREATE FUNCTION returns_count_given_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE commerce_order SET given_back = given_back + added.amount
  FROM (
    SELECT order_id, sum(amount) AS amount FROM entries
    WHERE component <> 'bonus' GROUP BY order_id
  ) added
  WHERE commerce_order.id = added.order_id AND added.amount <> 0;
  RETURN NULL;
END $$;
CREATE TRIGGER returns_ledgerentry_given_back
  AFTER INSERT ON returns_ledgerentry REFERENCING NEW TABLE AS entries
  FOR EACH STATEMENT EXECUTE FUNCTION returns_count_given_back();
"""
NOT_GIVEN_BACK = """
DROP TRIGGER returns_ledgerentry_given_back ON returns_ledgerentry;
DROP FUNCTION returns_count_given_back();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kernel", "0001_initial"),
        ("commerce", "0001_initial"),
        ("tracking", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PolicyVersion",
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
                        default=returns.models.policies.policy_version_id,
                        max_length=40,
                        unique=True,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("hash", models.CharField(max_length=64)),
                ("effective_from", models.DateTimeField()),
                ("published_at", models.DateTimeField()),
                ("published_by", models.CharField(max_length=80)),
                (
                    "only_for",
                    models.CharField(blank=True, db_default="", default="", max_length=20),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["merchant_id", "-effective_from"], name="policy_in_force")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "number", "only_for"), name="policy_version_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DropOffPoint",
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
                        default=returns.models.drop_off.point_id, max_length=40, unique=True
                    ),
                ),
                (
                    "source_id",
                    models.CharField(blank=True, max_length=120, verbose_name="ID in your list"),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name of the place")),
                ("operator", models.CharField(blank=True, max_length=120, verbose_name="operator")),
                (
                    "carriers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "takes_label",
                    models.BooleanField(default=True, verbose_name="takes parcels with a label"),
                ),
                ("takes_qr", models.BooleanField(default=True, verbose_name="takes a QR code")),
                (
                    "address1",
                    models.CharField(blank=True, max_length=200, verbose_name="street and number"),
                ),
                (
                    "address2",
                    models.CharField(blank=True, max_length=200, verbose_name="building, floor"),
                ),
                ("city", models.CharField(blank=True, max_length=100, verbose_name="city")),
                (
                    "province",
                    models.CharField(
                        blank=True, max_length=100, verbose_name="state or prefecture"
                    ),
                ),
                ("postcode", models.CharField(blank=True, max_length=20, verbose_name="postcode")),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("latitude", models.FloatField(verbose_name="latitude")),
                ("longitude", models.FloatField(verbose_name="longitude")),
                (
                    "band",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.comparison.Cast(
                            django.db.models.functions.math.Floor(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("latitude"), "*", models.Value(20)
                                )
                            ),
                            models.SmallIntegerField(),
                        ),
                        output_field=models.SmallIntegerField(),
                    ),
                ),
                ("time_zone", models.CharField(max_length=60, verbose_name="time zone")),
                (
                    "opening_hours",
                    models.CharField(blank=True, max_length=1000, verbose_name="opening hours"),
                ),
                ("postcode_key", models.CharField(blank=True, max_length=20)),
                ("words", models.TextField(blank=True)),
                ("changed_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["merchant_id", "band", "longitude"], name="drop_off_on_map"
                    ),
                    models.Index(
                        models.F("merchant_id"),
                        django.db.models.functions.comparison.Collate("postcode_key", "C"),
                        name="drop_off_postcode",
                    ),
                    models.Index(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=["merchant_id", "country"],
                        name="drop_off_country",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "source_id"), name="drop_off_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("latitude__range", (-90, 90)), ("longitude__range", (-180, 180))
                        ),
                        name="drop_off_on_the_map",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("takes_label", True), ("takes_qr", True), _connector="OR"
                        ),
                        name="drop_off_takes_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GiftCode",
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
                        default=returns.models.gifts.gift_id, max_length=40, unique=True
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
                ("code", postexp.kernel.secrets.EncryptedTextField()),
                ("hash", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=80)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["order", "id"], name="gifts_of_order")],
                "constraints": [
                    models.UniqueConstraint(fields=("merchant_id", "hash"), name="gift_code_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Return",
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
                        default=returns.models.cases.return_id, max_length=40, unique=True
                    ),
                ),
                ("number", models.CharField(max_length=60)),
                (
                    "request_key",
                    models.CharField(default=returns.models.cases.return_id, max_length=64),
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
                    "state",
                    models.CharField(
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
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("refund", "Refund"),
                            ("store_credit", "Store credit"),
                            ("exchange", "Exchange"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("own", "Sent by the shopper"),
                            ("label", "Printed label"),
                            ("qr", "QR code"),
                            ("drop_off", "Drop-off point"),
                            ("pickup", "Pick-up"),
                            ("in_store", "In a store"),
                        ],
                        db_default="",
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "drop_off",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="returns.dropoffpoint",
                    ),
                ),
                (
                    "gift",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="returns.giftcode",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commerce.customer",
                    ),
                ),
                ("recipient_address", models.JSONField(db_default={}, default=dict)),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="returns.return",
                    ),
                ),
                (
                    "policy_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="returns.policyversion",
                    ),
                ),
                ("decision", models.JSONField()),
                ("quote", models.JSONField()),
                ("note", models.TextField(blank=True)),
                ("locale", models.CharField(max_length=5)),
                ("requested_at", models.DateTimeField()),
                ("requested_by", models.CharField(max_length=80)),
                ("decisions", models.PositiveSmallIntegerField(default=0)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                (
                    "decline_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("too_late", "The time for returning this order is over."),
                            ("used", "The item shows signs of use."),
                            ("excluded", "This item is excluded from returns."),
                            ("reason_unclear", "The reason for the return could not be confirmed."),
                            (
                                "hygiene",
                                "Sealed goods that were opened cannot be taken back, for health and hygiene.",
                            ),
                            (
                                "digital",
                                "A download that was begun at your wish is exempt from withdrawal.",
                            ),
                            ("custom_made", "Goods made to your order are exempt from withdrawal."),
                            ("perishable", "Goods that spoil quickly are exempt from withdrawal."),
                            ("other", "For another reason"),
                        ],
                        max_length=20,
                    ),
                ),
                ("decline_text", models.TextField(blank=True)),
                ("send_by", models.DateField(null=True)),
                ("reminded", models.PositiveSmallIntegerField(null=True)),
                ("tracking_number", models.CharField(blank=True, max_length=120)),
                ("parcels", models.PositiveSmallIntegerField(default=0)),
                ("evidence_asked", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("evidence_wanted", models.BooleanField(db_default=False, default=False)),
                ("evidence_text", models.TextField(blank=True, db_default="", default="")),
                ("received_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("law_due_at", models.DateTimeField(null=True)),
                ("waiting_since", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["merchant_id", "state", "-id"], name="return_by_state"),
                    models.Index(fields=["order", "id"], name="return_of_order"),
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["merchant_id", "due_at"],
                        name="return_due",
                    ),
                    models.Index(
                        condition=models.Q(("law_due_at__isnull", False)),
                        fields=["merchant_id", "law_due_at"],
                        name="return_due_by_law",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "number"), name="return_number_once"
                    ),
                    models.UniqueConstraint(
                        fields=("merchant_id", "request_key"), name="return_request_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyDecision",
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
                        default=returns.models.policies.policy_decision_id,
                        max_length=40,
                        unique=True,
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
                    "case",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="policy_decision",
                        to="returns.return",
                    ),
                ),
                (
                    "policy_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="returns.policyversion",
                    ),
                ),
                ("policy_hash", models.CharField(max_length=64)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("refund", "Refund"),
                            ("store_credit", "Store credit"),
                            ("exchange", "Exchange"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("open", "Can come back"),
                            ("review", "Staff decide"),
                            ("evidence_needed", "Photos are needed"),
                            ("denied", "Cannot come back"),
                        ],
                        max_length=16,
                    ),
                ),
                ("wishes", models.JSONField()),
                ("facts", models.JSONField()),
                ("decision", models.JSONField()),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=80)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["order", "id"], name="decisions_of_order"),
                    models.Index(fields=["merchant_id", "at"], name="decisions_by_time"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShownDeadline",
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
                    "order_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="commerce.orderline",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("refund", "Refund"),
                            ("store_credit", "Store credit"),
                            ("exchange", "Exchange"),
                        ],
                        max_length=12,
                    ),
                ),
                ("until", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("order_line", "outcome"), name="deadline_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnLine",
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
                        default=returns.models.cases.return_line_id, max_length=40, unique=True
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="returns.return",
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
                ("position", models.PositiveSmallIntegerField()),
                ("quantity", models.PositiveIntegerField()),
                ("reason", models.CharField(max_length=40)),
                (
                    "fault",
                    models.CharField(
                        choices=[
                            ("shopper", "Shopper’s choice"),
                            ("merchant", "Our fault"),
                            ("carrier", "Carrier’s fault"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commerce.variant",
                    ),
                ),
                ("received", models.PositiveIntegerField(default=0)),
                ("accepted", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("kept", models.PositiveIntegerField(db_default=0, default=0)),
                ("lost", models.PositiveIntegerField(db_default=0, default=0)),
                ("settled", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": ["case_id", "position"],
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity__gte", 1),
                            (
                                "quantity__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("received"), "+", models.F("kept")
                                    ),
                                    "+",
                                    models.F("lost"),
                                ),
                            ),
                            (
                                "received__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("accepted"), "+", models.F("refused")
                                ),
                            ),
                            ("quantity__gte", models.F("settled")),
                        ),
                        name="return_line_counts",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Replacement",
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
                        default=returns.models.cases.replacement_id, max_length=40, unique=True
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replacements",
                        to="returns.returnline",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commerce.variant",
                    ),
                ),
                ("quantity", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reserved", "Reserved"),
                            ("ready", "Ready to ship"),
                            ("shipped", "Shipped"),
                            ("released", "Released"),
                        ],
                        max_length=10,
                    ),
                ),
                ("shipped_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["variant", "state"], name="replacement_stock")],
            },
        ),
        migrations.CreateModel(
            name="Settlement",
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
                        default=returns.models.money.settlement_id, max_length=40, unique=True
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
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settlements",
                        to="returns.return",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("return", "Return"),
                            ("shipping", "Shipping refunded"),
                            ("external", "Refunded on the platform"),
                            ("cancellation", "Order cancelled"),
                            ("goodwill", "Goodwill"),
                            ("exchange", "Exchange not carried out"),
                            ("undone", "Refund on the platform that did not arrive"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("refund", "Refund"),
                            ("store_credit", "Store credit"),
                            ("exchange", "Exchange"),
                        ],
                        max_length=12,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("total", models.BigIntegerField()),
                ("bonus", models.BigIntegerField(default=0)),
                ("goods", models.BigIntegerField(default=0)),
                ("shipping", models.BigIntegerField(default=0)),
                ("shipping_tax", models.BigIntegerField(default=0)),
                (
                    "shop_currency",
                    models.CharField(blank=True, db_default="", default="", max_length=3),
                ),
                ("shop_amount", models.BigIntegerField(null=True)),
                ("note", models.TextField(blank=True, db_default="", default="")),
                ("quote", models.JSONField()),
                ("key", models.CharField(max_length=255)),
                ("fingerprint", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=80)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["order", "id"], name="settlement_of_order")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "key"), name="settlement_key_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("total__gte", 0), ("kind", "undone"), _connector="OR"),
                            ("bonus__gte", 0),
                        ),
                        name="settlement_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Refund",
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
                        default=returns.models.money.refund_id, max_length=40, unique=True
                    ),
                ),
                (
                    "settlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="returns.settlement",
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
                    "tender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commerce.tender",
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("provider", models.CharField(max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting to be paid"),
                            ("processing", "Being paid"),
                            ("succeeded", "Paid"),
                            ("failed", "Failed"),
                            ("outcome_unknown", "Outcome unknown"),
                            ("reversed", "Did not arrive"),
                        ],
                        default="pending",
                        max_length=16,
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=120)),
                ("failure", models.TextField(blank=True)),
                (
                    "platform_refund",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commerce.platformrefund",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["order", "tender"], name="refund_of_order"),
                    models.Index(
                        condition=models.Q(("state", "succeeded"), _negated=True),
                        fields=["merchant_id", "-id"],
                        name="refund_unfinished",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="refund_is_money"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Cancellation",
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
                        default=returns.models.cancellations.cancellation_id,
                        max_length=40,
                        unique=True,
                    ),
                ),
                ("number", models.CharField(max_length=60)),
                (
                    "request_key",
                    models.CharField(
                        default=returns.models.cancellations.cancellation_id, max_length=64
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
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("stopped", "Stopped"),
                            ("refunding", "Being refunded"),
                            ("refunded", "Refunded"),
                            ("too_late", "Too late"),
                            ("declined", "Declined"),
                            ("withdrawn", "Taken back"),
                        ],
                        default="requested",
                        max_length=10,
                    ),
                ),
                ("quote", models.JSONField()),
                ("note", models.TextField(blank=True)),
                ("locale", models.CharField(max_length=5)),
                ("requested_at", models.DateTimeField()),
                ("requested_by", models.CharField(max_length=80)),
                ("undo_until", models.DateTimeField()),
                ("needs_review", models.BooleanField(default=False)),
                ("decline_text", models.TextField(blank=True)),
                ("problem", models.CharField(blank=True, max_length=40)),
                (
                    "settlement",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cancellation",
                        to="returns.settlement",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="returns.return",
                    ),
                ),
                (
                    "platform",
                    models.CharField(blank=True, db_default="", default="", max_length=20),
                ),
                (
                    "platform_stop",
                    models.CharField(
                        blank=True,
                        choices=[("asked", "Being told"), ("told", "Told"), ("failed", "Refused")],
                        db_default="",
                        default="",
                        max_length=6,
                    ),
                ),
                ("platform_problem", models.TextField(blank=True, db_default="", default="")),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["merchant_id", "state", "-id"], name="cancellation_by_state"
                    ),
                    models.Index(fields=["order", "id"], name="cancellation_of_order"),
                    models.Index(
                        condition=models.Q(("needs_review", False), ("state", "requested")),
                        fields=["undo_until"],
                        name="cancellation_due",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "number"), name="cancellation_number_once"
                    ),
                    models.UniqueConstraint(
                        fields=("merchant_id", "request_key"), name="cancellation_request_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["requested", "stopped"])),
                        fields=("order",),
                        name="cancellation_open_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Exchange",
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
                        default=returns.models.exchanges.exchange_id, max_length=40, unique=True
                    ),
                ),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exchange",
                        to="returns.return",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("quoted", "Quoted"),
                            ("requested", "Requested"),
                            ("payment_due", "Waits for payment"),
                            ("approved", "Waits for the return"),
                            ("ready_to_ship", "Ready to ship"),
                            ("shipped", "Shipped"),
                            ("completed", "Completed"),
                            ("converted", "Paid out instead"),
                            ("unreturned", "Original not returned"),
                            ("charged", "Charged"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="quoted",
                        max_length=16,
                    ),
                ),
                (
                    "timing",
                    models.CharField(
                        choices=[
                            ("on_receipt", "When the return was accepted"),
                            ("on_scan", "When the return is on its way"),
                            ("instant", "At once, with its price held on the shopper’s card"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "instead",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("refund", "My money back"),
                            ("store_credit", "Store credit"),
                            ("same", "The same item again"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "rest_to",
                    models.CharField(
                        choices=[("refund", "Refund"), ("store_credit", "Store credit")],
                        db_default="refund",
                        default="refund",
                        max_length=12,
                    ),
                ),
                ("cost", models.BigIntegerField()),
                ("costs", models.JSONField(default=list)),
                ("due", models.BigIntegerField(default=0)),
                ("pay_by", models.DateTimeField(null=True)),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sold_out", "Sold out"),
                            ("not_paid", "The difference was not paid in time"),
                        ],
                        max_length=12,
                    ),
                ),
                ("asked_at", models.DateTimeField(null=True)),
                ("covered", models.BigIntegerField(default=0)),
                ("fees_waived", models.BooleanField(default=False)),
                (
                    "order",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commerce.order",
                    ),
                ),
                ("return_by", models.DateField(null=True)),
                ("reminded", models.PositiveSmallIntegerField(null=True)),
                ("short_since", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["merchant_id", "state", "-id"], name="exchange_by_state")
                ],
            },
        ),
        migrations.CreateModel(
            name="TransitionLog",
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
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transitions",
                        to="returns.return",
                    ),
                ),
                (
                    "refund",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transitions",
                        to="returns.refund",
                    ),
                ),
                (
                    "cancellation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transitions",
                        to="returns.cancellation",
                    ),
                ),
                (
                    "exchange",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transitions",
                        to="returns.exchange",
                    ),
                ),
                ("event", models.CharField(max_length=20)),
                ("before", models.CharField(max_length=16)),
                ("after", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=80)),
                ("note", models.TextField(blank=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["case", "id"], name="transitions_of_case")],
            },
        ),
        migrations.CreateModel(
            name="SettlementLine",
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
                    "settlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="returns.settlement",
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
                ("quantity", models.PositiveIntegerField()),
                ("goods", models.BigIntegerField()),
                ("tax", models.BigIntegerField()),
                ("called_off", models.BooleanField(default=False)),
                ("goodwill", models.BigIntegerField(db_default=0, default=0)),
                ("goodwill_units", models.PositiveIntegerField(db_default=0, default=0)),
                ("goodwill_tax", models.BigIntegerField(db_default=0, default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1)), name="settled_units"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GoodwillUnits",
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
                    "settlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="goodwill",
                        to="returns.settlement",
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
                ("quantity", models.PositiveIntegerField()),
                ("amount", models.BigIntegerField()),
                ("tax", models.BigIntegerField(db_default=0, default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1), ("amount__gte", 1)),
                        name="goodwill_of_units",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerEntry",
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
                    "settlement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="returns.settlement",
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
                (
                    "component",
                    models.CharField(
                        choices=[
                            ("goods", "Goods"),
                            ("tax", "Tax"),
                            ("shipping", "Shipping"),
                            ("shipping_tax", "Tax on shipping"),
                            ("fee", "Fee"),
                            ("offset", "Not paid, or given back before"),
                            ("goodwill", "Goodwill"),
                            ("exchange_credit", "Exchange credit"),
                            ("exchange_rest", "Rest of an exchange"),
                            ("bonus", "Bonus"),
                        ],
                        max_length=16,
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("amount", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["order", "component"], name="ledger_of_order")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount", 0), _negated=True),
                        name="ledger_entry_says_something",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CancellationLine",
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
                    "cancellation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="returns.cancellation",
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
                ("position", models.PositiveSmallIntegerField()),
                ("quantity", models.PositiveIntegerField()),
                ("too_late", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": ["cancellation_id", "position"],
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity__gte", 1), ("quantity__gte", models.F("too_late"))
                        ),
                        name="cancellation_line_counts",
                    ),
                    models.UniqueConstraint(
                        fields=("cancellation", "order_line"), name="cancellation_line_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CancellationTerms",
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
                ("cancel_minutes", models.PositiveIntegerField(default=60, null=True)),
                ("review", models.BooleanField(default=False)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("merchant_id",), name="cancellation_terms_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CreditNote",
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
                        default=returns.models.credit_notes.credit_note_id,
                        max_length=40,
                        unique=True,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("code", models.CharField(max_length=40)),
                (
                    "settlement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_note",
                        to="returns.settlement",
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
                ("issued_at", models.DateTimeField()),
                ("sold_at", models.DateTimeField()),
                ("currency", models.CharField(max_length=3)),
                ("total", models.BigIntegerField()),
                ("tax", models.BigIntegerField()),
                ("qualified", models.BooleanField()),
                ("required", models.BooleanField()),
                ("issuer", models.JSONField()),
                ("rows", models.JSONField()),
                ("rates", models.JSONField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["merchant_id", "-issued_at", "-id"], name="credit_note_latest"
                    ),
                    models.Index(fields=["order", "id"], name="credit_note_of_order"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "number"), name="credit_note_number"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CreditNoteIssuer",
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
                    "name",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="name of the business"
                    ),
                ),
                (
                    "address",
                    models.TextField(
                        blank=True, max_length=500, verbose_name="address of the business"
                    ),
                ),
                (
                    "registration_number",
                    models.CharField(blank=True, max_length=14, verbose_name="registration number"),
                ),
                (
                    "prefix",
                    models.CharField(blank=True, max_length=12, verbose_name="number prefix"),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("merchant_id",), name="one_issuer_a_shop")
                ],
            },
        ),
        migrations.CreateModel(
            name="DeskSettings",
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
                ("decide_hours", models.PositiveSmallIntegerField()),
                ("inspect_days", models.PositiveSmallIntegerField()),
                ("refund_days", models.PositiveSmallIntegerField()),
                ("opens", models.PositiveSmallIntegerField()),
                ("closes", models.PositiveSmallIntegerField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("merchant_id",), name="desk_settings_once"),
                    models.CheckConstraint(
                        condition=models.Q(("opens__lt", models.F("closes")), ("closes__lte", 24)),
                        name="desk_opens_first",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyDraft",
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
                ("content", models.JSONField()),
                ("based_on", models.PositiveIntegerField()),
                (
                    "revision",
                    models.CharField(
                        default=returns.models.drafts.draft_revision_id, max_length=40
                    ),
                ),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=80)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("merchant_id",), name="one_policy_draft")
                ],
            },
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
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commerce.order",
                    ),
                ),
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
                    "order_line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commerce.orderline",
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
        migrations.CreateModel(
            name="ExchangePayment",
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
                ("provider", models.CharField(max_length=40)),
                ("amount", models.BigIntegerField()),
                ("reference", models.CharField(blank=True, max_length=255)),
                ("url", models.TextField(blank=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "public_id",
                    models.CharField(
                        default=returns.models.exchanges.exchange_payment_id,
                        max_length=40,
                        unique=True,
                    ),
                ),
                (
                    "exchange",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="returns.exchange",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("difference", "Difference"),
                            ("hold", "Hold"),
                            ("price", "Price"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Not paid yet"),
                            ("closed", "Closed"),
                            ("paid", "Paid"),
                            ("held", "Held"),
                            ("returned", "Given back"),
                            ("lapsing", "Held until it lapses"),
                            ("lost", "Could not be held longer"),
                            ("released", "Let go"),
                            ("charged", "Charged"),
                            ("refused", "Charge refused"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("failure", models.TextField(blank=True)),
                ("to_take", models.BigIntegerField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["open", "held"])),
                        fields=["expires_at"],
                        name="exchange_payment_lapsing",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="exchange_payment_is_money"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("reference", ""), _negated=True),
                            models.Q(("provider", "manual"), _negated=True),
                        ),
                        fields=("merchant_id", "provider", "reference"),
                        name="exchange_payment_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExchangeTerms",
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
                    "ship_on",
                    models.CharField(
                        choices=[
                            ("on_receipt", "When the return was accepted"),
                            ("on_scan", "When the return is on its way"),
                        ],
                        default="on_receipt",
                        max_length=12,
                    ),
                ),
                ("instant", models.BooleanField(default=False)),
                ("instant_cap", models.BigIntegerField(null=True)),
                ("return_days", models.PositiveSmallIntegerField(default=14)),
                ("shop_now", models.BooleanField(default=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("merchant_id",), name="exchange_terms_once")
                ],
            },
        ),
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
                (
                    "order_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="commerce.orderline",
                    ),
                ),
                ("until", models.DateTimeField()),
                ("reason", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["order_line", "-until"], name="extension_latest")],
            },
        ),
        migrations.CreateModel(
            name="GiftUnits",
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
                    "gift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="units",
                        to="returns.giftcode",
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
                ("quantity", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("gift", "order_line"), name="gift_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1)), name="gift_has_units"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GiftAttempts",
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
                ("wrong", models.PositiveIntegerField(default=0)),
                ("locked_until", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("merchant_id",), name="gift_attempts_once")
                ],
            },
        ),
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="losses",
                        to="returns.return",
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("case",),
                        name="return_loss_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Macro",
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
                        default=returns.models.macros.macro_id, max_length=40, unique=True
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("words", models.JSONField()),
                ("waits", models.BooleanField(default=False)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("merchant_id", "name"), name="macro_name_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="RefundMismatch",
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
                        default=returns.models.mismatches.mismatch_id, max_length=40, unique=True
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
                    "platform_refund",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commerce.platformrefund",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            (
                                "over",
                                "More was refunded than the order had left. Our books hold the part it had.",
                            ),
                            ("twice", "It names items that were already refunded or exchanged."),
                            (
                                "back",
                                "It did not reach the shopper: the bank turned it down, and you have the money.",
                            ),
                            (
                                "beside",
                                "A refund of ours still waits for this order, over another amount.",
                            ),
                        ],
                        max_length=8,
                    ),
                ),
                ("told", models.BigIntegerField()),
                ("booked", models.BigIntegerField()),
                ("found_at", models.DateTimeField()),
                ("cleared_at", models.DateTimeField(null=True)),
                ("cleared_by", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("cleared_at__isnull", True)),
                        fields=["merchant_id", "-id"],
                        name="mismatch_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnParcel",
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
                        default=returns.models.parcels.parcel_id, max_length=40, unique=True
                    ),
                ),
                ("key", models.CharField(default=returns.models.parcels.parcel_id, max_length=64)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commerce.order",
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("own", "Sent by the shopper"),
                            ("label", "Printed label"),
                            ("qr", "QR code"),
                            ("drop_off", "Drop-off point"),
                            ("pickup", "Pick-up"),
                            ("in_store", "In a store"),
                        ],
                        max_length=10,
                    ),
                ),
                ("source", models.CharField(max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("wanted", "Being made"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                            ("voiding", "Being given back"),
                            ("voided", "Void"),
                            ("spent", "Not taken back"),
                        ],
                        max_length=8,
                    ),
                ),
                ("destination", models.CharField(blank=True, max_length=200)),
                ("provider_ref", models.CharField(blank=True, max_length=120)),
                ("carrier", models.CharField(blank=True, max_length=80)),
                ("service", models.CharField(blank=True, max_length=80)),
                ("tracking_number", models.CharField(blank=True, max_length=120)),
                ("cost", models.PositiveIntegerField(null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                (
                    "shipment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tracking.shipment",
                    ),
                ),
                ("failure", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=80)),
                ("begun_at", models.DateTimeField(null=True)),
                ("ready_at", models.DateTimeField(null=True)),
                ("scanned_at", models.DateTimeField(null=True)),
                ("arrived_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["order", "id"], name="return_parcel_of_order"),
                    models.Index(fields=["shipment"], name="return_parcel_tracked"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "key"), name="return_parcel_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("provider_ref", ""), _negated=True),
                        fields=("merchant_id", "source", "provider_ref"),
                        name="return_label_bought_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnParcelCase",
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
                    "parcel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="returns.returnparcel",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="returns.return",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["case", "parcel"], name="parcels_of_return")],
                "constraints": [
                    models.UniqueConstraint(fields=("parcel", "case"), name="return_in_parcel_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="LabelFile",
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
                    "parcel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="returns.returnparcel",
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("label", "Label"), ("qr", "QR code")], max_length=5),
                ),
                ("content_type", models.CharField(max_length=40)),
                ("body", models.BinaryField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("parcel", "kind"), name="label_file_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SendingSettings",
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
                ("methods", models.JSONField(default=list)),
                ("words", models.JSONField(default=dict)),
                ("weight", models.PositiveIntegerField(default=1000)),
                ("length", models.PositiveIntegerField(default=0)),
                ("width", models.PositiveIntegerField(default=0)),
                ("height", models.PositiveIntegerField(default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("merchant_id",), name="sending_settings_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnAddress",
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
                        default=returns.models.parcels.address_id, max_length=40, unique=True
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name of the place")),
                ("is_usual", models.BooleanField(default=False, verbose_name="the usual address")),
                ("company", models.CharField(max_length=200, verbose_name="company or person")),
                ("address1", models.CharField(max_length=200, verbose_name="street and number")),
                (
                    "address2",
                    models.CharField(blank=True, max_length=200, verbose_name="building, floor"),
                ),
                ("city", models.CharField(max_length=100, verbose_name="city")),
                (
                    "province",
                    models.CharField(
                        blank=True, max_length=100, verbose_name="state or prefecture"
                    ),
                ),
                ("postcode", models.CharField(max_length=20, verbose_name="postcode")),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "name"), name="return_address_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_usual", True)),
                        fields=("merchant_id",),
                        name="return_address_usual",
                    ),
                ],
            },
        ),
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
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pickup",
                        to="returns.return",
                    ),
                ),
                ("on", models.DateField()),
                ("earliest", models.TimeField(null=True)),
                ("latest", models.TimeField(null=True)),
                ("carrier", models.CharField(blank=True, max_length=80)),
                ("turn", models.PositiveSmallIntegerField(default=1)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
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
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commerce.order",
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["order", "id"], name="platform_return_of_order"),
                    models.Index(
                        condition=models.Q(("state__in", ("requested", "open"))),
                        fields=["merchant_id", "-id"],
                        name="platform_return_under_way",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "external_id"), name="platform_return_once"
                    )
                ],
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
                ("quantity", models.PositiveIntegerField()),
                ("arrived", models.PositiveIntegerField()),
                ("refunded", models.PositiveIntegerField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "order_line"), name="platform_return_line_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceivingPhoto",
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
                        default=returns.models.receiving.photo_id, max_length=40, unique=True
                    ),
                ),
                ("path", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=80)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Inspection",
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
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to="returns.returnline",
                    ),
                ),
                (
                    "grade",
                    models.CharField(
                        choices=[
                            ("a", "A: as new"),
                            ("b", "B: opened"),
                            ("c", "C: worn or damaged"),
                            ("x", "X: not ours"),
                        ],
                        max_length=1,
                    ),
                ),
                ("quantity", models.PositiveIntegerField()),
                ("accepted", models.BooleanField()),
                (
                    "disposition",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("restock", "Restock"),
                            ("refurbish", "Refurbish"),
                            ("liquidate", "Liquidate"),
                            ("donate", "Donate"),
                            ("dispose", "Dispose of"),
                            ("back_to_shopper", "Back to the shopper"),
                            ("quarantine", "Quarantine"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "found",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commerce.variant",
                    ),
                ),
                ("note", models.TextField(blank=True)),
                (
                    "photo",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="returns.receivingphoto",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=80)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="CountedUnit",
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="counted",
                        to="returns.return",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="returns.returnline",
                    ),
                ),
                (
                    "grade",
                    models.CharField(
                        choices=[
                            ("a", "A: as new"),
                            ("b", "B: opened"),
                            ("c", "C: worn or damaged"),
                            ("x", "X: not ours"),
                        ],
                        max_length=1,
                    ),
                ),
                ("accepted", models.BooleanField()),
                ("surplus", models.BooleanField(default=False)),
                (
                    "disposition",
                    models.CharField(
                        choices=[
                            ("restock", "Restock"),
                            ("refurbish", "Refurbish"),
                            ("liquidate", "Liquidate"),
                            ("donate", "Donate"),
                            ("dispose", "Dispose of"),
                            ("back_to_shopper", "Back to the shopper"),
                            ("quarantine", "Quarantine"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "found",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="commerce.variant",
                    ),
                ),
                ("note", models.TextField(blank=True)),
                (
                    "photo",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="returns.receivingphoto",
                    ),
                ),
                ("offer", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=80)),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="RefusedUnits",
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
                        default=returns.models.receiving.refused_id, max_length=40, unique=True
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refused_units",
                        to="returns.return",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refused_units",
                        to="returns.returnline",
                    ),
                ),
                (
                    "inspection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refused_units",
                        to="returns.inspection",
                    ),
                ),
                ("quantity", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Waits for the shopper"),
                            ("fee_due", "Waits for the fee"),
                            ("to_send", "To be sent back"),
                            ("sent_back", "Sent back"),
                            ("donated", "Donated"),
                            ("part_refunded", "Partly refunded"),
                        ],
                        default="asked",
                        max_length=14,
                    ),
                ),
                ("fee", models.BigIntegerField()),
                ("offer", models.BigIntegerField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("answer_by", models.DateTimeField()),
                (
                    "choice",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("send_back", "Send it back to me"),
                            ("donate", "Give it to charity"),
                            ("part_refund", "Take a partial refund"),
                        ],
                        max_length=12,
                    ),
                ),
                ("chosen_at", models.DateTimeField(null=True)),
                ("chosen_by", models.CharField(blank=True, max_length=80)),
                ("pay_by", models.DateTimeField(null=True)),
                ("reminded_at", models.DateTimeField(null=True)),
                ("fee_reference", models.CharField(blank=True, max_length=120)),
                ("tracking_number", models.CharField(blank=True, max_length=120)),
                (
                    "settlement",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refused_units",
                        to="returns.settlement",
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["case", "id"], name="refused_units_of_case"),
                    models.Index(
                        condition=models.Q(("state", "asked")),
                        fields=["answer_by"],
                        name="refused_units_asked",
                    ),
                    models.Index(
                        condition=models.Q(("state", "fee_due")),
                        fields=["pay_by"],
                        name="refused_units_fee_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity__gte", 1),
                            ("fee__gte", 0),
                            models.Q(("offer__isnull", True), ("offer__gte", 1), _connector="OR"),
                        ),
                        name="refused_units_counts",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FeePayment",
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
                ("provider", models.CharField(max_length=40)),
                ("amount", models.BigIntegerField()),
                ("reference", models.CharField(blank=True, max_length=255)),
                ("url", models.TextField(blank=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "public_id",
                    models.CharField(
                        default=returns.models.receiving.fee_payment_id, max_length=40, unique=True
                    ),
                ),
                (
                    "refused",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="returns.refusedunits",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Not paid yet"),
                            ("closed", "Closed"),
                            ("paid", "Paid"),
                            ("returned", "Given back"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                (
                    "order",
                    models.OneToOneField(
                        null=True,
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="fee_payment_is_money"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("reference", ""), _negated=True),
                            models.Q(("provider", "manual"), _negated=True),
                        ),
                        fields=("merchant_id", "provider", "reference"),
                        name="fee_payment_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Restock",
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
                        default=returns.models.receiving.restock_id, max_length=40, unique=True
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restocks",
                        to="returns.returnline",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commerce.variant",
                    ),
                ),
                ("quantity", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("counted", "In stock again"),
                            ("to_do", "To be counted on the platform"),
                        ],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("done_by", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "to_do")),
                        fields=["merchant_id", "id"],
                        name="restock_to_do",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SecondLook",
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="second_looks",
                        to="returns.return",
                    ),
                ),
                ("value", models.BigIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=80)),
                ("agreed_at", models.DateTimeField(null=True)),
                ("agreed_by", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("agreed_at__isnull", True)),
                        fields=("case",),
                        name="second_look_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("agreed_by", models.F("asked_by")), _negated=True),
                        name="second_look_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnannouncedGoods",
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
                        default=returns.models.receiving.unannounced_id, max_length=40, unique=True
                    ),
                ),
                ("number", models.CharField(max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "To match"),
                            ("matched", "Matched"),
                            ("closed", "Closed"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("tracking_number", models.CharField(blank=True, max_length=120)),
                ("title", models.CharField(blank=True, max_length=255)),
                ("quantity", models.PositiveIntegerField(default=1)),
                ("note", models.TextField(blank=True)),
                (
                    "photo",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="returns.receivingphoto",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commerce.order",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="surplus",
                        to="returns.return",
                    ),
                ),
                ("received_at", models.DateTimeField()),
                ("received_by", models.CharField(max_length=80)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.CharField(blank=True, max_length=80)),
                ("answer", models.TextField(blank=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["merchant_id", "state", "-id"], name="unannounced_by_state"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "number"), name="unannounced_number_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceivingSettings",
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
                ("blind_count", models.BooleanField(default=False)),
                ("hold_above", models.BigIntegerField(null=True)),
                ("matrix", models.JSONField(default=dict)),
                ("send_back_fee", models.BigIntegerField(null=True)),
                ("answer_days", models.PositiveSmallIntegerField(default=14)),
                (
                    "without_answer",
                    models.CharField(
                        choices=[
                            ("send_back", "Send it back to me"),
                            ("donate", "Give it to charity"),
                            ("part_refund", "Take a partial refund"),
                        ],
                        default="send_back",
                        max_length=12,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("merchant_id",), name="receiving_settings_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnCell",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sold", "Sold"),
                            ("asked", "Returned, by the day of the return"),
                            ("ordered", "Returned, by the day of the order"),
                            ("several", "Orders with several variants of a product"),
                        ],
                        max_length=8,
                    ),
                ),
                ("product", models.CharField(blank=True, max_length=40)),
                ("title", models.CharField(max_length=255)),
                ("variant", models.CharField(blank=True, max_length=255)),
                ("vendor", models.CharField(blank=True, max_length=255)),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("units", models.PositiveIntegerField(default=0)),
                ("bracketed", models.PositiveIntegerField(default=0)),
                ("amount", models.BigIntegerField(default=0)),
                ("written_off", models.BigIntegerField(default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["merchant_id", "kind", "month"], name="return_cells_of_month"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnMoney",
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
                (
                    "basis",
                    models.CharField(
                        choices=[("asked", "By return date"), ("ordered", "By order date")],
                        max_length=8,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("returns", models.PositiveIntegerField(default=0)),
                ("refunded", models.BigIntegerField(default=0)),
                ("kept", models.BigIntegerField(default=0)),
                ("bonus", models.BigIntegerField(default=0)),
                ("fees", models.BigIntegerField(default=0)),
                ("postage", models.BigIntegerField(default=0)),
                ("labels", models.PositiveIntegerField(default=0)),
                ("to_refund", models.JSONField(default=dict)),
                ("from_arrival", models.JSONField(default=dict)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "month", "basis", "currency"),
                        name="return_money_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportMark",
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="PolicySimulation",
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
                        default=returns.models.simulations.simulation_id, max_length=40, unique=True
                    ),
                ),
                ("content", models.JSONField()),
                ("hash", models.CharField(max_length=64)),
                ("revision", models.CharField(blank=True, max_length=40)),
                ("days", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Being simulated"),
                            ("done", "Done"),
                            ("failed", "Stopped"),
                        ],
                        default="running",
                        max_length=10,
                    ),
                ),
                ("total", models.PositiveIntegerField()),
                ("done", models.PositiveIntegerField(default=0)),
                ("reached", models.BigIntegerField(default=0)),
                ("summary", models.JSONField(default=dict)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=80)),
                ("finished_at", models.DateTimeField(null=True)),
                ("claim", models.CharField(blank=True, max_length=40)),
                ("beat_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "running")),
                        fields=["id"],
                        name="simulation_going_on",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SimulatedChange",
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
                    "simulation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="returns.policysimulation",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="returns.policydecision",
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
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="returns.return",
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
                ("reason", models.CharField(max_length=40)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("refund", "Refund"),
                            ("store_credit", "Store credit"),
                            ("exchange", "Exchange"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "segment",
                    models.CharField(
                        choices=[
                            ("first", "First order"),
                            ("returning", "2 to 4 orders"),
                            ("best", "5 orders and more"),
                            ("unknown", "Without a customer"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "verdict_before",
                    models.CharField(
                        choices=[
                            ("open", "Can come back"),
                            ("review", "Staff decide"),
                            ("evidence_needed", "Photos are needed"),
                            ("denied", "Cannot come back"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "verdict_after",
                    models.CharField(
                        choices=[
                            ("open", "Can come back"),
                            ("review", "Staff decide"),
                            ("evidence_needed", "Photos are needed"),
                            ("denied", "Cannot come back"),
                        ],
                        max_length=16,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("money_before", models.BigIntegerField()),
                ("money_after", models.BigIntegerField()),
                ("what", models.JSONField()),
                ("denials", models.JSONField()),
                ("slots", models.JSONField()),
                ("kept", models.JSONField()),
                ("paid", models.JSONField()),
                ("unknown", models.JSONField()),
                ("asked_again", models.BooleanField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [models.Index(fields=["simulation", "id"], name="change_of_simulation")],
            },
        ),
        migrations.CreateModel(
            name="Withdrawal",
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
                        default=returns.models.withdrawals.withdrawal_id, max_length=40, unique=True
                    ),
                ),
                ("number", models.CharField(max_length=20)),
                ("request_key", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=200)),
                ("contract", models.TextField()),
                ("contact", models.EmailField(max_length=254)),
                ("goods", models.TextField(blank=True)),
                ("statement", models.TextField()),
                ("locale", models.CharField(max_length=5)),
                ("received_at", models.DateTimeField()),
                ("refund_due", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "To match"),
                            ("matched", "To carry out"),
                            ("closed", "Closed"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commerce.order",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="returns.return",
                    ),
                ),
                ("matched_at", models.DateTimeField(null=True)),
                ("matched_by", models.CharField(blank=True, max_length=80)),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("refunded", "Your money is on its way back to you."),
                            ("cancelled", "Your order was cancelled before it was sent."),
                            ("too_late", "The time to withdraw from this contract was over."),
                            (
                                "hygiene",
                                "Sealed goods that were opened cannot be taken back, for health and hygiene.",
                            ),
                            (
                                "digital",
                                "A download that was begun at your wish is exempt from withdrawal.",
                            ),
                            ("custom_made", "Goods made to your order are exempt from withdrawal."),
                            ("perishable", "Goods that spoil quickly are exempt from withdrawal."),
                            (
                                "not_found",
                                "We found no order of ours that your statement can be about.",
                            ),
                            ("duplicate", "You had withdrawn from this contract before."),
                            ("taken_back", "You told us that you want to keep the contract."),
                            ("other", "For another reason"),
                        ],
                        max_length=12,
                    ),
                ),
                ("answer", models.TextField(blank=True)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["merchant_id", "state", "-id"], name="withdrawal_by_state"
                    ),
                    models.Index(
                        fields=["merchant_id", "contact", "received_at"], name="withdrawal_of"
                    ),
                    models.Index(fields=["order", "id"], name="withdrawal_of_order"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id", "number"), name="withdrawal_number_once"
                    ),
                    models.UniqueConstraint(
                        fields=("merchant_id", "request_key"), name="withdrawal_stated_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("state", "closed")),
                            models.Q(
                                models.Q(("state", "closed"), _negated=True),
                                ("closed_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="withdrawal_closed_at",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WithdrawalSettings",
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
                ("offered", models.BooleanField(default=True)),
                ("exempt_tags", models.JSONField(db_default={}, default=dict)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant_id",), name="withdrawal_settings_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="returnparcel",
            name="cases",
            field=models.ManyToManyField(
                related_name="parcels_back", through="returns.ReturnParcelCase", to="returns.return"
            ),
        ),
        *(
            migrations.RunSQL(
                f"""
                CREATE TRIGGER returns_{table}_append_only
                  BEFORE UPDATE OR DELETE ON returns_{table}
                  FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
                """,
                f"DROP TRIGGER returns_{table}_append_only ON returns_{table};",
            )
            for table in APPEND_ONLY
        ),
        migrations.RunSQL(GIVEN_BACK, NOT_GIVEN_BACK),
    ]
