"""Shipments with their latest state, what is in them, and their scans."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from tracking.enums import (
    CONCLUDED,
    COUNTED,
    CarrierBasis,
    DelayReason,
    DelaySource,
    Status,
    TimePrecision,
    status_label,
)

TO_COUNT = Q(counted_version__lt=F("version")) & (Q(status__in=COUNTED) | Q(counted_version__gte=0))
"""Parcels that the delivery reports have yet to count, or to count anew."""

UNCOUNTED = Q(status__in=COUNTED, counted_version__lt=0)
"""Those that the delivery reports were not given yet."""


def shipment_id() -> str:
    """A new public id of a shipment."""
    return ids.new_id("shp")


class Shipment(MerchantModel):
    """A parcel, with everything its scans add up to.

    `order` is None while only a carrier has told of it. `fulfilment_ref` is the source's id of the
    fulfilment it belongs to. `told` counts, per kind of event, what was published, so that nothing
    is told twice. Days of estimates are days at the destination. `summary_…`, `told_delay_…` and
    `action_…` are what the newest messages of its sources said over all scans; `by_source` keeps
    what each of them said: `at`, its `id` of the parcel, the `carrier` and `service` it names,
    `delay` (reason, since when) and `action` (who, what, until); `eta`, `proof` and `pickup` are
    what it told last of each. `proof` is put together from all of them; `pickup` is the place that
    one of them told.

    `is_return`: it travels from a shopper to the shop, without an order of its own here, so that
    nobody is written to about it.

    `carrier` and `status` are what pages show. Where `carrier` is not what a source told, but was
    detected or corrected, `told_carrier` keeps what it told. While a status that staff set stands,
    `corrected_…` hold it, and `carrier_status` and `carrier_substatus` what the scans add up to.
    """

    public_id = models.CharField(max_length=40, unique=True, default=shipment_id)
    order = models.ForeignKey(
        "commerce.Order", null=True, on_delete=models.CASCADE, related_name="+"
    )
    is_return = models.BooleanField(default=False, db_default=False)
    source = models.CharField(max_length=20)
    fulfilment_ref = models.CharField(max_length=64, blank=True)
    tracker_ref = models.CharField(max_length=64, blank=True)
    tracking_number = models.CharField(max_length=120, blank=True)
    number_key = models.CharField(max_length=120, blank=True)
    carrier = models.CharField(max_length=80, blank=True)
    carrier_basis = models.CharField(
        max_length=10,
        choices=[(one.value, one.value) for one in CarrierBasis],
        default=CarrierBasis.TOLD,
        db_default=CarrierBasis.TOLD,
    )
    told_carrier = models.CharField(max_length=80, blank=True, default="", db_default="")
    service = models.CharField(max_length=80, blank=True)
    carrier_url = models.CharField(max_length=500, blank=True)
    dispatched_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)

    status = models.CharField(
        max_length=20, choices=[(one.value, one.value) for one in Status], default=Status.PENDING
    )
    substatus = models.CharField(max_length=40, blank=True, default="awaiting_carrier")
    corrected_status = models.CharField(max_length=20, blank=True, default="", db_default="")
    corrected_substatus = models.CharField(max_length=40, blank=True, default="", db_default="")
    corrected_at = models.DateTimeField(null=True)
    carrier_status = models.CharField(max_length=20, blank=True, default="", db_default="")
    carrier_substatus = models.CharField(max_length=40, blank=True, default="", db_default="")
    # The scan that brought the status about.
    since_at = models.DateTimeField(null=True)
    since_local = models.CharField(max_length=40, blank=True)
    since_precision = models.CharField(max_length=8, blank=True)
    since_zone = models.CharField(max_length=40, blank=True)
    # Where the newest scan stands among all; never shown.
    last_scan_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    told = models.JSONField(default=dict)
    by_source = models.JSONField(default=dict, db_default={})

    summary_status = models.CharField(max_length=20, blank=True)
    summary_substatus = models.CharField(max_length=40, blank=True)
    summary_at = models.DateTimeField(null=True)
    told_delay_reason = models.CharField(max_length=20, blank=True, default="", db_default="")
    told_delay_at = models.DateTimeField(null=True)
    action_who = models.CharField(max_length=10, blank=True, default="", db_default="")
    action_what = models.CharField(max_length=24, blank=True, default="", db_default="")
    action_until = models.DateField(null=True)

    proof = models.JSONField(default=dict, db_default={})
    pickup = models.JSONField(default=dict, db_default={})

    eta_day = models.DateField(null=True)
    eta_starts_at = models.DateTimeField(null=True)
    eta_ends_at = models.DateTimeField(null=True)
    eta_told_at = models.DateTimeField(null=True)
    # When the newest estimate was told for the first time: it may be told again with every scan.
    eta_changed_at = models.DateTimeField(null=True)
    first_eta_day = models.DateField(null=True)
    first_eta_told_at = models.DateTimeField(null=True)

    is_delayed = models.BooleanField(default=False)
    delay_source = models.CharField(
        max_length=16, blank=True, choices=[(one.value, one.value) for one in DelaySource]
    )
    delay_reason = models.CharField(
        max_length=20, blank=True, choices=[(one.value, one.value) for one in DelayReason]
    )
    delay_detected_at = models.DateTimeField(null=True)
    delay_cleared_at = models.DateTimeField(null=True)
    # When it was first called late, how sure that is (percent), and the days we expect instead.
    delay_known_at = models.DateTimeField(null=True)
    delay_certainty = models.PositiveSmallIntegerField(null=True)
    likely_from = models.DateField(null=True)
    likely_until = models.DateField(null=True)
    # By which day the shopper was promised to hear of the delay again.
    write_again_on = models.DateField(null=True)
    # The problem that waits to be told, by its turn, and since when it waits.
    settling_turn = models.PositiveSmallIntegerField(default=0, db_default=0)
    settling_since = models.DateTimeField(null=True)
    # When time alone may change what is said of it; a new row is looked at soon.
    look_again_at = models.DateTimeField(null=True, db_default=Now())
    # When its scans were added to the usual times.
    learnt_at = models.DateTimeField(null=True)
    # The version that the delivery reports have counted; -1 before they did.
    counted_version = models.IntegerField(default=-1, db_default=-1)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "fulfilment_ref", "number_key"],
                condition=~Q(fulfilment_ref=""),
                name="shipment_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "-id"], name="shipment_latest"),
            models.Index(fields=["merchant_id", "status", "-id"], name="shipment_status"),
            models.Index(fields=["merchant_id", "number_key"], name="shipment_number"),
            models.Index(fields=["order", "id"], name="shipment_of_order"),
            models.Index(
                fields=["look_again_at"],
                name="shipment_to_look_at",
                condition=Q(look_again_at__isnull=False) & ~Q(status__in=CONCLUDED),
            ),
            models.Index(
                fields=["changed_at"],
                name="shipment_to_learn",
                condition=Q(status=Status.DELIVERED, learnt_at__isnull=True),
            ),
            models.Index(fields=["changed_at"], name="shipment_to_count", condition=TO_COUNT),
            # The planner knows how few these are; of two columns compared it guesses a third.
            models.Index(fields=["merchant_id"], name="shipment_uncounted", condition=UNCOUNTED),
        ]

    def __str__(self) -> str:
        return f"{self.tracking_number or self.public_id}: {status_label(self.status, 'en')}"

    @property
    def order_ref(self) -> str:
        """The public id of the order, or ""; needs the order to be loaded."""
        return self.order.public_id if self.order else ""


class ShipmentItem(MerchantModel):
    """Units of an order line that travel in a shipment."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="items")
    order_line = models.ForeignKey("commerce.OrderLine", on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shipment", "order_line"], name="shipment_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.order_line_id}"


class ShipmentEvent(MerchantModel):
    """One scan or note of a carrier, kept for ever as it came.

    The primary key serves de-duplication and "the latest scans of a parcel" alike; the table is
    partitioned by month of `sort_at`, which is never null and never shown (see `rules.order`).
    """

    pk = models.CompositePrimaryKey("shipment_id", "sort_at", "key")
    shipment = models.ForeignKey(
        Shipment,
        on_delete=models.CASCADE,
        related_name="scans",
        db_constraint=False,
        db_index=False,
    )
    sort_at = models.DateTimeField()
    key = models.UUIDField()
    source = models.CharField(max_length=20)
    occurred_at = models.DateTimeField(null=True)
    local_time = models.CharField(max_length=40, blank=True)
    time_precision = models.CharField(
        max_length=8, choices=[(one.value, one.value) for one in TimePrecision]
    )
    zone = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=20, blank=True)
    substatus = models.CharField(max_length=40, blank=True)
    location = models.CharField(max_length=500, blank=True)
    raw_code = models.CharField(max_length=500, blank=True)
    raw_description = models.CharField(max_length=500, blank=True)
    external_id = models.CharField(max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    delay_reason = models.CharField(max_length=20, blank=True)
    mapping_version = models.PositiveSmallIntegerField()
    received_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.local_time} {self.status or 'note'}"
