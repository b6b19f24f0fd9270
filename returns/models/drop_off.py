"""Places where shoppers hand in what they send back."""

import re
import unicodedata
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Collate, Floor
from django.utils.translation import gettext_lazy as _

from postexp.kernel import ids
from postexp.kernel.tenancy import MerchantModel
from returns.rules.distances import BANDS, Spot

_SIGNS = re.compile(r"[\W_]+")
POSTCODE_BYTES = Collate("postcode_key", "C")


def point_id() -> str:
    """A new public id of a drop-off point."""
    return ids.new_id("dop")


def simple(text: str) -> str:
    """Return text as it is compared in a search: without case, width, blanks and signs."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).casefold())


class DropOffPoint(MerchantModel):
    """A counter or locker that takes parcels back.

    `source_id` is what the list it came from calls it: told again, it is the same point. `carriers`
    are those whose parcels it takes, any where it is empty. `opening_hours` is in the grammar of
    OpenStreetMap, empty where nobody knows them; they are in `time_zone`, on the holidays of
    `country`. One that was withdrawn is shown to no shopper.
    """

    public_id = models.CharField(max_length=40, unique=True, default=point_id)
    source_id = models.CharField(_("ID in your list"), max_length=120, blank=True)
    name = models.CharField(_("name of the place"), max_length=200)
    operator = models.CharField(_("operator"), max_length=120, blank=True)
    carriers = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    takes_label = models.BooleanField(_("takes parcels with a label"), default=True)
    takes_qr = models.BooleanField(_("takes a QR code"), default=True)
    address1 = models.CharField(_("street and number"), max_length=200, blank=True)
    address2 = models.CharField(_("building, floor"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    province = models.CharField(_("state or prefecture"), max_length=100, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))
    band = models.GeneratedField(
        expression=Cast(Floor(F("latitude") * BANDS), models.SmallIntegerField()),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    time_zone = models.CharField(_("time zone"), max_length=60)
    opening_hours = models.CharField(_("opening hours"), max_length=1000, blank=True)
    postcode_key = models.CharField(max_length=20, blank=True)
    words = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(MerchantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant_id", "source_id"], name="drop_off_once"),
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="drop_off_on_the_map",
            ),
            models.CheckConstraint(
                condition=Q(takes_label=True) | Q(takes_qr=True), name="drop_off_takes_something"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "band", "longitude"], name="drop_off_on_map"),
            models.Index(F("merchant_id"), POSTCODE_BYTES, name="drop_off_postcode"),
            models.Index(
                fields=["merchant_id", "country"],
                condition=Q(withdrawn_at__isnull=True),
                name="drop_off_country",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.source_id = self.source_id or self.public_id
        self.postcode_key = simple(self.postcode)
        parts = (self.name, self.operator, self.province, self.city, self.address1, self.address2)
        self.words = " ".join(("".join(map(simple, parts)), self.postcode_key))
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def spot(self) -> Spot:
        """Where it is on the map."""
        return Spot(self.latitude, self.longitude)

    @property
    def zone(self) -> ZoneInfo:
        """The zone its hours are in."""
        return ZoneInfo(self.time_zone)
