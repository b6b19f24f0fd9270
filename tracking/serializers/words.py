"""The words of the tracking pages: sentences, advice, steps, and the tone of each status."""

from __future__ import annotations

from datetime import date, time

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from postexp.design import formats
from tracking.enums import Status, substatus_label
from tracking.rules import Headline

SENTENCES = {
    "not_sent": gettext_lazy("We are preparing your order"),
    "leaves_late": gettext_lazy("Your order leaves later than planned"),
    "order_cancelled": gettext_lazy("This order was cancelled"),
    "waiting": gettext_lazy("We are waiting for the carrier’s first scan"),
    "preparing": gettext_lazy("Your parcel is ready for the carrier"),
    "on_its_way": gettext_lazy("Your parcel is on its way"),
    "arrives_today": gettext_lazy("Arrives today"),
    "arrives_tomorrow": gettext_lazy("Arrives tomorrow, %(day)s"),
    "arrives_on": gettext_lazy("Arrives %(day)s"),
    "late": gettext_lazy("Your parcel is later than planned"),
    "out_for_delivery": gettext_lazy("Your parcel is out for delivery"),
    "out_for_delivery_today": gettext_lazy("Out for delivery today"),
    "out_for_delivery_on": gettext_lazy("Out for delivery since %(day)s"),
    "delivered": gettext_lazy("Your parcel was delivered"),
    "delivered_on": gettext_lazy("Delivered %(day)s"),
    "collected": gettext_lazy("Your parcel was picked up"),
    "collected_on": gettext_lazy("Picked up %(day)s"),
    "ready": gettext_lazy("Your parcel is ready to be picked up"),
    "ready_on": gettext_lazy("Ready to be picked up since %(day)s"),
    "attempted": gettext_lazy("The carrier could not hand over your parcel"),
    "attempted_on": gettext_lazy("The carrier could not hand over your parcel on %(day)s"),
    "returning": gettext_lazy("Your parcel is on its way back to us"),
    "returned": gettext_lazy("Your parcel came back to us"),
    "returned_on": gettext_lazy("Your parcel came back to us on %(day)s"),
    "cancelled": gettext_lazy("This parcel was cancelled"),
    "expired": gettext_lazy("There has been no news of your parcel for a long time"),
    "problem": gettext_lazy("There is a problem with your parcel"),
    "problem_address": gettext_lazy("The carrier cannot find your address"),
    "problem_customs": gettext_lazy("Customs are holding your parcel"),
    "problem_damaged": gettext_lazy("Your parcel was damaged on its way"),
    "problem_lost": gettext_lazy("Your parcel was lost on its way"),
    "problem_refused": gettext_lazy("The carrier reports that the parcel was refused"),
    "problem_unclaimed": gettext_lazy("Your parcel was not picked up"),
}

_DATED = frozenset(
    {
        *("arrives_today", "arrives_tomorrow", "arrives_on"),
        *("out_for_delivery_today", "out_for_delivery_on", "delivered_on", "collected_on"),
    }
)

ADVICE = {
    "attempted": gettext_lazy("Ask the carrier for another delivery, or for a pick-up point."),
    "ready": gettext_lazy("The carrier’s page says where it waits, and until when."),
    "late": gettext_lazy("We are watching it. This page shows the new day as soon as it is known."),
    "returning": gettext_lazy("Write to us, and we will send it again or pay you back."),
    "returned": gettext_lazy("Write to us, and we will send it again or pay you back."),
    "expired": gettext_lazy("Write to us, and we will ask the carrier where it is."),
    "problem": gettext_lazy("We can see it too. Write to us if you need your order by a date."),
    "problem_address": gettext_lazy("Write to us with your full address, and we will pass it on."),
    "problem_customs": gettext_lazy("The carrier may ask you for papers or a payment."),
    "problem_damaged": gettext_lazy("Write to us, and we will make it good."),
    "problem_lost": gettext_lazy("Write to us, and we will make it good."),
    "problem_refused": gettext_lazy("Write to us if you do want it: we will have it tried again."),
    "problem_unclaimed": gettext_lazy("Write to us if you still want it."),
}

STEPS = {
    "ordered": pgettext_lazy("step of a parcel", "Ordered"),
    "preparing": pgettext_lazy("step of a parcel", "Preparing"),
    "on_its_way": pgettext_lazy("step of a parcel", "On its way"),
    "out_for_delivery": pgettext_lazy("step of a parcel", "Out for delivery"),
    "delivered": pgettext_lazy("step of a parcel", "Delivered"),
    "attempted": pgettext_lazy("step of a parcel", "Delivery attempted"),
    "ready": pgettext_lazy("step of a parcel", "Ready for pick-up"),
    "collected": pgettext_lazy("step of a parcel", "Picked up"),
    "problem": pgettext_lazy("step of a parcel", "Problem"),
    "no_updates": pgettext_lazy("step of a parcel", "No news"),
    "returning": pgettext_lazy("step of a parcel", "On its way back"),
    "returned": pgettext_lazy("step of a parcel", "Back with us"),
    "cancelled": pgettext_lazy("step of a parcel", "Cancelled"),
}

TONES = {
    Status.PENDING: "neutral",
    Status.INFO_RECEIVED: "neutral",
    Status.IN_TRANSIT: "accent",
    Status.OUT_FOR_DELIVERY: "accent",
    Status.AVAILABLE_FOR_PICKUP: "attention",
    Status.DELIVERY_ATTEMPTED: "attention",
    Status.DELIVERED: "good",
    Status.EXCEPTION: "problem",
    Status.RETURNING: "attention",
    Status.RETURNED: "neutral",
    Status.CANCELLED: "neutral",
    Status.EXPIRED: "attention",
}


def sentence(headline: Headline) -> str:
    """Write a headline: `Arrives Tue 24 Nov, 14:00–16:00`."""
    day = formats.day(headline.day) if headline.day else ""
    said = str(SENTENCES[headline.code]) % {"day": day}
    hours = _hours(headline)
    return _("%(sentence)s, %(hours)s") % {"sentence": said, "hours": hours} if hours else said


def brief(headline: Headline, status: str, substatus: str) -> str:
    """Write what staff read: the day where there is one, else what the carrier reports."""
    if headline.code in _DATED:
        return sentence(headline)
    return substatus_label(status, substatus, formats.language())


def advice(headline: Headline) -> str:
    """Write what to do now, or nothing."""
    return str(ADVICE.get(headline.code.removesuffix("_on"), ""))


def when_of(day: date | None, clock: time | None) -> str:
    """Write the time of a scan on the clock of its place; what is not known is not made up."""
    if day is None:
        return _("time not known")
    if clock is None:
        return formats.day(day)
    return f"{formats.day(day)}{' ' if formats.language() == 'ja' else ', '}{formats.hour(clock)}"


def _hours(headline: Headline) -> str:
    if headline.starts_at and headline.ends_at:
        return formats.hours(headline.starts_at, headline.ends_at)
    if headline.ends_at:
        return _("by %(time)s") % {"time": formats.hour(timezone.localtime(headline.ends_at))}
    return ""
