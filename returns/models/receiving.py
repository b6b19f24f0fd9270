"""What warehouses find in parcels: units looked at, those refused, and goods nobody announced."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from returns.enums import Grade
from returns.enums.payments import PaymentPageState
from returns.enums.receiving import (
    Disposition,
    RefusedChoice,
    RefusedState,
    RestockState,
    UnannouncedState,
)
from returns.models.cases import Return, ReturnLine
from returns.models.money import Settlement
from returns.models.payments import PaymentPageRow


def photo_id() -> str:
    """A new public id of a photo taken at receiving."""
    return ids.new_id("pho")


def refused_id() -> str:
    """A new public id of refused units."""
    return ids.new_id("rfu")


def fee_payment_id() -> str:
    """A new public id of a payment of a fee."""
    return ids.new_id("fpy")


def restock_id() -> str:
    """A new public id of units that go back on the shelf."""
    return ids.new_id("rsk")


def unannounced_id() -> str:
    """A new public id of unannounced goods."""
    return ids.new_id("una")


class ReceivingPhoto(MerchantModel):
    """A picture taken at receiving, written anew by us; `path` is in the private storage."""

    public_id = models.CharField(max_length=40, unique=True, default=photo_id)
    path = models.CharField(max_length=200)
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)

    class Meta(MerchantModel.Meta):
        pass

    def __str__(self) -> str:
        return self.public_id


class Inspection(MerchantModel):
    """What somebody found when looking at units that arrived; append-only.

    `found` is the variant that arrived where it is another one than was announced. `note` is for
    the shopper.
    """

    line = models.ForeignKey(ReturnLine, on_delete=models.PROTECT, related_name="inspections")
    grade = models.CharField(max_length=1, choices=Grade.choices)
    quantity = models.PositiveIntegerField()
    accepted = models.BooleanField()
    disposition = models.CharField(max_length=16, choices=Disposition.choices, blank=True)
    found = models.ForeignKey(
        "commerce.Variant", null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField(blank=True)
    photo = models.ForeignKey(ReceivingPhoto, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)

    class Meta(MerchantModel.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.quantity} graded {self.grade}"


class CountedUnit(MerchantModel):
    """One unit on the table, graded and not booked yet: the last can be taken back.

    It is booked when the parcel is done, and the row is gone then. A `surplus` unit was not
    announced; `line` is the line it is like, none where it is like no other. `offer` is a partial
    refund for a unit that is not accepted, in minor units.
    """

    case = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="counted")
    line = models.ForeignKey(ReturnLine, null=True, on_delete=models.CASCADE, related_name="+")
    grade = models.CharField(max_length=1, choices=Grade.choices)
    accepted = models.BooleanField()
    surplus = models.BooleanField(default=False)
    disposition = models.CharField(max_length=16, choices=Disposition.choices)
    found = models.ForeignKey(
        "commerce.Variant", null=True, on_delete=models.CASCADE, related_name="+"
    )
    note = models.TextField(blank=True)
    photo = models.ForeignKey(ReceivingPhoto, null=True, on_delete=models.PROTECT, related_name="+")
    offer = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)

    class Meta(MerchantModel.Meta):
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"one graded {self.grade}"


class RefusedUnits(MerchantModel):
    """Units of one inspection that were not accepted, and what their shopper wants done with them.

    `fee` (for sending them back) and `offer` (a partial refund, where staff made one) are minor
    units of the order's currency. Without an answer by `answer_by` the shop's usual way is gone.
    A fee that is due is paid until `pay_by`, else the same happens; `reminded_at` is when its
    shopper was reminded. `fee_reference` says how it was paid, `settlement` is where a partial
    refund is.
    """

    public_id = models.CharField(max_length=40, unique=True, default=refused_id)
    case = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="refused_units")
    line = models.ForeignKey(ReturnLine, on_delete=models.PROTECT, related_name="refused_units")
    inspection = models.OneToOneField(
        Inspection, on_delete=models.PROTECT, related_name="refused_units"
    )
    quantity = models.PositiveIntegerField()
    state = models.CharField(
        max_length=14, choices=RefusedState.choices, default=RefusedState.ASKED
    )
    fee = models.BigIntegerField()
    offer = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    choice = models.CharField(max_length=12, choices=RefusedChoice.choices, blank=True)
    chosen_at = models.DateTimeField(null=True)
    chosen_by = models.CharField(max_length=80, blank=True)
    pay_by = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    fee_reference = models.CharField(max_length=120, blank=True)
    tracking_number = models.CharField(max_length=120, blank=True)
    settlement = models.OneToOneField(
        Settlement, null=True, on_delete=models.PROTECT, related_name="refused_units"
    )
    closed_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1)
                & Q(fee__gte=0)
                & (Q(offer__isnull=True) | Q(offer__gte=1)),
                name="refused_units_counts",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["case", "id"], name="refused_units_of_case"),
            models.Index(
                fields=["answer_by"], condition=Q(state="asked"), name="refused_units_asked"
            ),
            models.Index(
                fields=["pay_by"], condition=Q(state="fee_due"), name="refused_units_fee_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.state}"


class FeePayment(PaymentPageRow):
    """One page on which the fee for sending refused units back is paid, and what came of it.

    `order` is the sale of the way back, once it was paid: what is not due any more goes back there.
    """

    public_id = models.CharField(max_length=40, unique=True, default=fee_payment_id)
    refused = models.ForeignKey(RefusedUnits, on_delete=models.PROTECT, related_name="payments")
    state = models.CharField(
        max_length=8, choices=PaymentPageState.choices, default=PaymentPageState.OPEN
    )
    order = models.OneToOneField(
        "commerce.Order", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(PaymentPageRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="fee_payment_is_money"),
            models.UniqueConstraint(
                fields=["merchant_id", "provider", "reference"],
                condition=~Q(reference="") & ~Q(provider="manual"),
                name="fee_payment_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"


class Restock(MerchantModel):
    """Units that go back on the shelf: counted by us, or still to be counted on the platform."""

    public_id = models.CharField(max_length=40, unique=True, default=restock_id)
    line = models.ForeignKey(ReturnLine, on_delete=models.PROTECT, related_name="restocks")
    variant = models.ForeignKey("commerce.Variant", on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=RestockState.choices)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=80, blank=True)

    class Meta(MerchantModel.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["merchant_id", "id"], condition=Q(state="to_do"), name="restock_to_do"
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.state}"


class SecondLook(MerchantModel):
    """A finding of high value, which is paid for once a second person has looked as well.

    `value` is in minor units of the order's currency.
    """

    case = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="second_looks")
    value = models.BigIntegerField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.CharField(max_length=80, blank=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(agreed_at__isnull=True), name="second_look_open_once"
            ),
            models.CheckConstraint(
                condition=~Q(agreed_by=models.F("asked_by")), name="second_look_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} {'agreed' if self.agreed_at else 'open'}"


class UnannouncedGoods(MerchantModel):
    """Goods that no return announced: a whole parcel, or more units than were told of.

    `order` and `case` are what they belong to, once that is known. For units beyond a return's,
    `title` names them and `quantity` counts them; a parcel's own content is in `note`.
    """

    public_id = models.CharField(max_length=40, unique=True, default=unannounced_id)
    number = models.CharField(max_length=20)
    state = models.CharField(
        max_length=8, choices=UnannouncedState.choices, default=UnannouncedState.WAITING
    )
    tracking_number = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=255, blank=True)
    quantity = models.PositiveIntegerField(default=1)
    note = models.TextField(blank=True)
    photo = models.ForeignKey(ReceivingPhoto, null=True, on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(
        "commerce.Order", null=True, on_delete=models.PROTECT, related_name="+"
    )
    case = models.ForeignKey(Return, null=True, on_delete=models.PROTECT, related_name="surplus")
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=80)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True)
    answer = models.TextField(blank=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant_id", "number"], name="unannounced_number_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "state", "-id"], name="unannounced_by_state")
        ]

    def __str__(self) -> str:
        return self.number


class ReceivingSettings(MerchantModel):
    """How a shop receives; one row, or none for the usual way.

    `hold_above` is in minor units of the shop's currency, `send_back_fee` too: none means the
    return postage of the policy. `matrix` is {category: {grade: disposition}}, "" for every other.
    """

    blind_count = models.BooleanField(default=False)
    hold_above = models.BigIntegerField(null=True)
    matrix = models.JSONField(default=dict)
    send_back_fee = models.BigIntegerField(null=True)
    answer_days = models.PositiveSmallIntegerField(default=14)
    without_answer = models.CharField(
        max_length=12, choices=RefusedChoice.choices, default=RefusedChoice.SEND_BACK
    )

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id"], name="receiving_settings_once")
        ]

    def __str__(self) -> str:
        return "blind count" if self.blind_count else "announced count"
