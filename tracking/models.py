"""Shipments with their latest state, their scans, and the pages made from them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from tracking.enums import DelayReason, DelaySource, Status, TimePrecision, status_label


def shipment_id() -> str:
    """A new public id of a shipment."""
    return ids.new_id("shp")


def challenge_id() -> str:
    """A new public id of a lookup challenge."""
    return ids.new_id("chl")


class Shipment(MerchantModel):
    """A parcel, with everything its scans add up to.

    `order` is None while only a carrier has told of it. `fulfilment_ref` is the source's id of the
    fulfilment it belongs to. `told` counts, per kind of event, what was published, so that nothing
    is told twice. Days of estimates are days at the destination.
    """

    public_id = models.CharField(max_length=40, unique=True, default=shipment_id)
    order = models.ForeignKey(
        "commerce.Order", null=True, on_delete=models.CASCADE, related_name="+"
    )
    source = models.CharField(max_length=20)
    fulfilment_ref = models.CharField(max_length=64, blank=True)
    tracker_ref = models.CharField(max_length=64, blank=True)
    tracking_number = models.CharField(max_length=120, blank=True)
    number_key = models.CharField(max_length=120, blank=True)
    carrier = models.CharField(max_length=80, blank=True)
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
    # The scan that brought the status about.
    since_at = models.DateTimeField(null=True)
    since_local = models.CharField(max_length=40, blank=True)
    since_precision = models.CharField(max_length=8, blank=True)
    since_zone = models.CharField(max_length=40, blank=True)
    # Where the newest scan stands among all; never shown.
    last_scan_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    told = models.JSONField(default=dict)

    summary_status = models.CharField(max_length=20, blank=True)
    summary_substatus = models.CharField(max_length=40, blank=True)
    summary_at = models.DateTimeField(null=True)

    eta_day = models.DateField(null=True)
    eta_starts_at = models.DateTimeField(null=True)
    eta_ends_at = models.DateTimeField(null=True)
    eta_told_at = models.DateTimeField(null=True)
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
                fields=["eta_day"],
                name="shipment_promised",
                condition=Q(is_delayed=False, eta_day__isnull=False),
            ),
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


class PreparedPage(MerchantModel):
    """The finished tracking page of an order in one language: one row, one read.

    `slug` and `is_default` (the order's own language) let the request path ask for nothing else.
    Every change of what it shows raises `wanted`; the body is true while `made` equals it, `recipe`
    (theme, templates, style sheets) is the one in force, and `valid_until` lies ahead.
    """

    order = models.ForeignKey("commerce.Order", on_delete=models.CASCADE, related_name="+")
    order_ref = models.CharField(max_length=40)
    slug = models.CharField(max_length=40)
    locale = models.CharField(max_length=5)
    is_default = models.BooleanField()
    theme_version = models.PositiveIntegerField(default=0)
    recipe = models.CharField(max_length=40, blank=True)
    body = models.TextField(blank=True)
    etag = models.CharField(max_length=40, blank=True)
    valid_until = models.DateTimeField(null=True)
    wanted = models.PositiveIntegerField(default=1)
    made = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order_ref", "locale"], name="prepared_page_once")
        ]
        indexes: ClassVar = [models.Index(fields=["merchant_id", "id"], name="prepared_pages")]

    def __str__(self) -> str:
        return f"{self.order_ref} {self.locale}"


class LookupAttempt(MerchantModel):
    """A try to open an order by its number; counted per number, whoever tries."""

    number_key = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "number_key", "at"], name="lookup_attempts"),
            models.Index(fields=["at"], name="lookup_attempt_age"),
        ]

    def __str__(self) -> str:
        return f"{self.number_key} at {self.at:%H:%M:%S}"


class LookupChallenge(MerchantModel):
    """A one-time code asked for after too many tries. `order_ref` is empty where no order matches.

    The code itself is kept nowhere: it is derived from the public id.
    """

    public_id = models.CharField(max_length=40, unique=True, default=challenge_id)
    number_key = models.CharField(max_length=40)
    order_ref = models.CharField(max_length=40, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "number_key", "-id"], name="lookup_challenges"),
            models.Index(fields=["expires_at"], name="lookup_challenge_age"),
        ]

    def __str__(self) -> str:
        return self.public_id
