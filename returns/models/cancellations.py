"""Cancellations of what was ordered and not sent, and a shop's terms for them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from returns.enums import CancellationState, PlatformStop
from returns.models.cases import Return
from returns.models.money import Settlement


def cancellation_id() -> str:
    """A new public id of a cancellation."""
    return ids.new_id("can")


class Cancellation(MerchantModel):
    """Units of one order that are not to be sent.

    `quote` is the sum as it was shown; `request_key` makes asking twice with one form ask once.
    Until `undo_until` it can be taken back and nothing has gone to any gateway. One that
    `needs_review` waits for staff. `problem` is the code of what keeps a stopped one from being
    settled. `settlement` is where its money is, `case` the return made for units that had left.

    `platform_stop` is how far the platform of the order was told by `platform`, the provider of
    ours that does so; both are "" where nobody tells it. `platform_problem` is why it could not.
    """

    public_id = models.CharField(max_length=40, unique=True, default=cancellation_id)
    number = models.CharField(max_length=60)
    request_key = models.CharField(max_length=64, default=cancellation_id)
    order = models.ForeignKey("commerce.Order", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=CancellationState.choices, default=CancellationState.REQUESTED
    )
    quote = models.JSONField()
    note = models.TextField(blank=True)
    locale = models.CharField(max_length=5)
    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=80)
    undo_until = models.DateTimeField()
    needs_review = models.BooleanField(default=False)
    decline_text = models.TextField(blank=True)
    problem = models.CharField(max_length=40, blank=True)
    settlement = models.OneToOneField(
        Settlement, null=True, on_delete=models.PROTECT, related_name="cancellation"
    )
    case = models.ForeignKey(Return, null=True, on_delete=models.PROTECT, related_name="+")
    platform = models.CharField(max_length=20, blank=True, default="", db_default="")
    platform_stop = models.CharField(
        max_length=6, choices=PlatformStop.choices, blank=True, default="", db_default=""
    )
    platform_problem = models.TextField(blank=True, default="", db_default="")
    closed_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "number"], name="cancellation_number_once"
            ),
            models.UniqueConstraint(
                fields=["merchant_id", "request_key"], name="cancellation_request_once"
            ),
            # The sum of one depends on what others settle before it: they go one after the other.
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state__in=["requested", "stopped"]),
                name="cancellation_open_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "state", "-id"], name="cancellation_by_state"),
            models.Index(fields=["order", "id"], name="cancellation_of_order"),
            models.Index(
                fields=["undo_until"],
                condition=Q(state="requested", needs_review=False),
                name="cancellation_due",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CancellationLine(MerchantModel):
    """Units of one order line to cancel; `too_late` of them had left before they were stopped."""

    cancellation = models.ForeignKey(Cancellation, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey("commerce.OrderLine", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    quantity = models.PositiveIntegerField()
    too_late = models.PositiveIntegerField(default=0)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1) & Q(quantity__gte=F("too_late")),
                name="cancellation_line_counts",
            ),
            models.UniqueConstraint(
                fields=["cancellation", "order_line"], name="cancellation_line_once"
            ),
        ]
        ordering: ClassVar = ["cancellation_id", "position"]

    def __str__(self) -> str:
        return f"{self.quantity} units"

    @property
    def left(self) -> int:
        """Units that are not to be sent."""
        return self.quantity - self.too_late


class CancellationTerms(MerchantModel):
    """When shoppers of a shop may cancel; one row, or none for the usual terms.

    `cancel_minutes` counts from the order; empty means until the warehouse picks, 0 never. With
    `review` staff decide on each.
    """

    cancel_minutes = models.PositiveIntegerField(null=True, default=60)
    review = models.BooleanField(default=False)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id"], name="cancellation_terms_once")
        ]

    def __str__(self) -> str:
        return "until picked" if self.cancel_minutes is None else f"{self.cancel_minutes} minutes"
