"""Parcels on their way back: the labels they travel with, and where they are sent."""

import hashlib
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from returns.enums import LabelFileKind, LabelState, ReturnMethod
from returns.models.cases import Return

ADDRESS_PARTS = (
    *("name", "company", "address1", "address2", "city", "province", "postcode", "country"),
    "phone",
)
"""What an address for returns is told and kept by."""

LIVING = (LabelState.WANTED, LabelState.READY, LabelState.FAILED)


def parcel_id() -> str:
    """A new public id of a parcel on its way back."""
    return ids.new_id("rpa")


def address_id() -> str:
    """A new public id of an address for returns."""
    return ids.new_id("rad")


class ReturnParcel(MerchantModel):
    """A parcel in which returns of one order travel, with its label or its number.

    `key` makes asking twice for one label ask once. `source` is the provider's name, or one of
    LabelSource. `provider_ref` is what the provider prepared, kept before it is bought, so that
    nothing is bought twice; `begun_at` says that somebody may be buying. `cost` is in minor units
    of `currency`, null where it is not known. `shipment` is the parcel in tracking; `scanned_at`
    and `arrived_at` are when its carrier first scanned it and when it was delivered.
    """

    public_id = models.CharField(max_length=40, unique=True, default=parcel_id)
    key = models.CharField(max_length=64, default=parcel_id)
    order = models.ForeignKey("commerce.Order", on_delete=models.PROTECT, related_name="+")
    cases = models.ManyToManyField(Return, through="ReturnParcelCase", related_name="parcels_back")
    method = models.CharField(max_length=10, choices=ReturnMethod.choices)
    source = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=LabelState.choices)
    destination = models.CharField(max_length=200, blank=True)
    provider_ref = models.CharField(max_length=120, blank=True)
    carrier = models.CharField(max_length=80, blank=True)
    service = models.CharField(max_length=80, blank=True)
    tracking_number = models.CharField(max_length=120, blank=True)
    cost = models.PositiveIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    shipment = models.ForeignKey(
        "tracking.Shipment", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    failure = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80)
    begun_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    scanned_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "key"], name="return_parcel_once"),
            models.UniqueConstraint(
                fields=["merchant_id", "source", "provider_ref"],
                condition=~Q(provider_ref=""),
                name="return_label_bought_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["order", "id"], name="return_parcel_of_order"),
            models.Index(fields=["shipment"], name="return_parcel_tracked"),
        ]

    def __str__(self) -> str:
        return self.tracking_number or self.public_id


class ReturnParcelCase(MerchantModel):
    """A return that travels in a parcel: one may need several, and several may share one."""

    parcel = models.ForeignKey(ReturnParcel, on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="+")

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parcel", "case"], name="return_in_parcel_once")
        ]
        indexes: ClassVar = [models.Index(fields=["case", "parcel"], name="parcels_of_return")]

    def __str__(self) -> str:
        return f"{self.case_id} in {self.parcel_id}"


class LabelFile(MerchantModel):
    """A file of a parcel for its shopper to print or to show."""

    parcel = models.ForeignKey(ReturnParcel, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=5, choices=LabelFileKind.choices)
    content_type = models.CharField(max_length=40)
    body = models.BinaryField()

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parcel", "kind"], name="label_file_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.parcel_id}"


class SendingSettings(MerchantModel):
    """How shoppers of a shop may send goods back; one row a shop, none for the usual way.

    `methods` are the ways it offers, of which a policy may close some; `words` what it says about
    each, by method and language. A parcel is taken to weigh `weight` grams and to measure `length`,
    `width` and `height` millimetres, 0 where that is not said.
    """

    methods = models.JSONField(default=list)
    words = models.JSONField(default=dict)
    weight = models.PositiveIntegerField(default=1000)
    length = models.PositiveIntegerField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id"], name="sending_settings_once")
        ]

    def __str__(self) -> str:
        return ", ".join(self.methods)


class ReturnAddress(MerchantModel):
    """A place returns are sent to, as carriers need it written.

    `name` is what staff and the destinations of the policy's rules call it. One is the usual one.
    """

    public_id = models.CharField(max_length=40, unique=True, default=address_id)
    name = models.CharField(_("name of the place"), max_length=200)
    is_usual = models.BooleanField(_("the usual address"), default=False)
    company = models.CharField(_("company or person"), max_length=200)
    address1 = models.CharField(_("street and number"), max_length=200)
    address2 = models.CharField(_("building, floor"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100)
    province = models.CharField(_("state or prefecture"), max_length=100, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20)
    country = models.CharField(_("country"), max_length=2)
    phone = models.CharField(_("phone"), max_length=40, blank=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "name"], name="return_address_once"),
            models.UniqueConstraint(
                fields=["merchant_id"], condition=Q(is_usual=True), name="return_address_usual"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def revision(self) -> str:
        """What tells this address from what it was before it was changed."""
        values = [str(getattr(self, name)) for name in (*ADDRESS_PARTS, "is_usual")]
        return hashlib.sha256("\x1f".join(values).encode()).hexdigest()[:24]
