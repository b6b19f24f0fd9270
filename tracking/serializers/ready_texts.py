"""Ready texts for letters about parcels in trouble, in each language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, kw_only=True)
class ReadyText:
    """Words to begin a letter with; staff see its `label`."""

    label: Promise | str
    subject: Promise | str
    text: Promise | str


READY = {
    "late": ReadyText(
        label=pgettext_lazy("ready text", "It is late"),
        subject=_("Your parcel is late"),
        text=_(
            "Your parcel is taking longer than we told you, and we are sorry.\n\n"
            "We have asked the carrier where it is, and will write to you again as soon as we"
            " know more. You need do nothing. If you need it by a certain day, please tell us."
        ),
    ),
    "address": ReadyText(
        label=pgettext_lazy("ready text", "The address is unclear"),
        subject=_("We need your complete address"),
        text=_(
            "The carrier cannot deliver your parcel with the address it has.\n\n"
            "Please send us your complete address, with building, room number and a telephone"
            " number, and we will pass it on to the carrier."
        ),
    ),
    "collect": ReadyText(
        label=pgettext_lazy("ready text", "It waits to be collected"),
        subject=_("Your parcel is waiting for you"),
        text=_(
            "The carrier is keeping your parcel for you, and sends it back to us if it is not"
            " collected.\n\n"
            "Please collect it or ask for another delivery on the page below. If you cannot,"
            " please tell us."
        ),
    ),
    "lost": ReadyText(
        label=pgettext_lazy("ready text", "It is lost or damaged"),
        subject=_("There is a problem with your parcel"),
        text=_(
            "We are sorry: your parcel was lost or damaged on its way.\n\n"
            "Please tell us whether you would like us to send your order again, or to give your"
            " money back."
        ),
    ),
}


def ready_words(name: str, locales: Iterable[str]) -> dict[str, str]:
    """Return a ready text as the fields of the form of a letter; empty where there is none."""
    ready, words = READY.get(name), dict[str, str]()
    if ready is None:
        return words
    for locale in locales:
        with translation.override(locale):
            words[f"subject_{locale}"] = str(ready.subject)
            words[f"text_{locale}"] = str(ready.text)
    return words
