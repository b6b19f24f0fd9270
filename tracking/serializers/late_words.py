"""The words of the boxes on the tracking page: why late, how sure, what we do, what to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, pgettext_lazy

from tracking.enums import Deed, DelayReason, DelaySource
from tracking.rules import Sureness

WHAT = {
    DelaySource.CARRIER: gettext_lazy("The carrier reports that this parcel is delayed"),
    DelaySource.PREDICTED: gettext_lazy("This parcel will probably not arrive in time"),
    DelaySource.STALLED: gettext_lazy("This parcel has not been scanned for longer than usual"),
    DelaySource.PROMISE_PASSED: gettext_lazy("This parcel did not arrive on the promised day"),
}

CAUSES = {
    DelayReason.CARRIER_PROCESSING: gettext_lazy("It takes longer than usual at the carrier"),
    DelayReason.WEATHER: gettext_lazy("Bad weather on the way"),
    DelayReason.CUSTOMS: gettext_lazy("Customs take longer than usual"),
    DelayReason.FLIGHT: gettext_lazy("A flight was late"),
    DelayReason.NATURAL_DISASTER: gettext_lazy("A natural disaster on the way"),
    DelayReason.ADDRESS_INCORRECT: gettext_lazy("The carrier needs a corrected address"),
    DelayReason.RECIPIENT: gettext_lazy("The carrier could not reach you"),
    DelayReason.PICKUP_LATE: gettext_lazy("The carrier collected it later than planned"),
    DelayReason.EXTERNAL: gettext_lazy(
        "Something outside the carrier’s control, as the carrier puts it"
    ),
}

SURENESS = {
    Sureness.CERTAIN: "",
    Sureness.ALMOST_CERTAIN: gettext_lazy("It is almost certain to be late."),
    Sureness.VERY_LIKELY: gettext_lazy("It is very likely to be late (%(certainty)s in 100)."),
    Sureness.LIKELY: gettext_lazy("It is likely to be late (%(certainty)s in 100)."),
}

DOINGS = {
    "following": gettext_lazy("We follow every scan of it."),
    "looking_into": gettext_lazy("It is on our team’s list of parcels to look into."),
    "address": gettext_lazy("Write to us with your full address, and we will pass it on."),
}

TODO = {
    Deed.COLLECT: (
        pgettext_lazy("what to do about a parcel", "Please pick it up"),
        gettext_lazy("The carrier keeps it for a few days, then sends it back."),
    ),
    Deed.PAY: (
        pgettext_lazy("what to do about a parcel", "A payment is due"),
        gettext_lazy(
            "The carrier’s page shows the sum and how to pay. If you did not expect this, ask us "
            "before you pay."
        ),
    ),
    Deed.CORRECT_ADDRESS: (
        pgettext_lazy("what to do about a parcel", "Please check your address"),
        gettext_lazy(
            "Send us your full address, with building and room number, and we will pass it on."
        ),
    ),
    Deed.PROVIDE_DOCUMENTS: (
        pgettext_lazy("what to do about a parcel", "Papers are missing"),
        gettext_lazy("The carrier’s page says which papers it needs from you."),
    ),
    Deed.ARRANGE_REDELIVERY: (
        pgettext_lazy("what to do about a parcel", "Ask for another delivery"),
        gettext_lazy("Choose a day and, where the carrier allows it, another place."),
    ),
    Deed.CONTACT_CARRIER: (
        pgettext_lazy("what to do about a parcel", "Please contact the carrier"),
        gettext_lazy("The carrier needs to hear from you before it goes on."),
    ),
}
