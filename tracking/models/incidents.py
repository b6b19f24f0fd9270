"""What is wrong with parcels, what is usual for them, and how the shop wants to be told."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, Value, When

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from tracking.enums import GRAVEST_FIRST, IncidentEnd, IncidentKind, Remedy
from tracking.models.shipments import Shipment


def incident_id() -> str:
    """A new public id of an incident."""
    return ids.new_id("inc")


class Incident(MerchantModel):
    """Something that is wrong with a parcel. Closed rows are kept.

    `cause` refines the kind: a substatus, a phase of the journey or a reason of delay. `since_at`
    is when it began, `deadline` a day at the destination, `certainty` in percent. `money` is what
    was paid for what is in the parcel, in minor units of `currency`; both are empty without an
    order. `ended_at` is when the facts no longer said so; staff may close an incident before, and
    it stays closed until then. `gravity` grows with how soon a person should look at the kind.
    """

    public_id = models.CharField(max_length=40, unique=True, default=incident_id)
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="incidents")
    kind = models.CharField(max_length=20, choices=[(one.value, one.value) for one in IncidentKind])
    gravity = models.GeneratedField(
        expression=Case(
            *(
                When(kind=kind.value, then=Value(place))
                for place, kind in enumerate(reversed(GRAVEST_FIRST), 1)
            ),
            default=Value(0),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    cause = models.CharField(max_length=40, blank=True)
    remedy = models.CharField(max_length=20, choices=[(one.value, one.value) for one in Remedy])
    certainty = models.PositiveSmallIntegerField(default=100)
    opened_at = models.DateTimeField()
    since_at = models.DateTimeField(null=True)
    deadline = models.DateField(null=True)
    money = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    snoozed_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_because = models.CharField(
        max_length=12, blank=True, choices=[(one.value, one.value) for one in IncidentEnd]
    )
    closing_word = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["shipment", "kind"],
                condition=Q(ended_at__isnull=True),
                name="incident_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(closed_at__isnull=False),
                name="incident_ended_is_closed",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["merchant_id", "-id"],
                name="incident_open",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(fields=["merchant_id", "-id"], name="incident_latest"),
            models.Index(fields=["shipment", "-id"], name="incident_of_shipment"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.cause}"


class UsualTimes(MerchantModel):
    """What delivered parcels taught about a carrier, one of its services, or one of its lanes.

    `service` and `lane` are empty where the row counts them all. `times` is the JSON of
    `rules.gaps.Times`.
    """

    carrier = models.CharField(max_length=80)
    service = models.CharField(max_length=80, blank=True)
    lane = models.CharField(max_length=20, blank=True)
    times = models.JSONField(default=dict)
    parcels = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "carrier", "service", "lane"], name="usual_times_once"
            )
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.carrier, self.service, self.lane)))


class TrackingSettings(MerchantModel):
    """How a shop wants to be told of its parcels; without a row, as the defaults say."""

    settle_minutes = models.PositiveSmallIntegerField(default=30)
    # Working days within which orders leave; 0 watches none.
    leaves_within_days = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id"], name="tracking_settings_once"),
            models.CheckConstraint(
                condition=Q(settle_minutes__lte=24 * 60), name="settle_time_within_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.settle_minutes} minutes"
