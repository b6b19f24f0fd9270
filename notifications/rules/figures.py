"""What became of messages, in numbers: what can be known of them, and what they cost. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from notifications.enums import Medium, ReceiptKind

OWN_LINK = frozenset({Medium.SMS, Medium.WHATSAPP, Medium.LINE})
"""Channels for a few lines: their link leads through the shop's own site, which sees it followed,
and what is written back arrives on the same line."""

OF_ARRIVAL = frozenset(ReceiptKind) - {ReceiptKind.HANDED_ON}
"""What tells of what became of a message, once it was passed on."""

TOLD_BY = {
    Medium.EMAIL: OF_ARRIVAL,
    Medium.SMS: frozenset({ReceiptKind.DELIVERED, ReceiptKind.FAILED}),
    Medium.WHATSAPP: frozenset({ReceiptKind.DELIVERED, ReceiptKind.OPENED, ReceiptKind.FAILED}),
    Medium.LINE: frozenset[ReceiptKind](),
    Medium.WEBHOOK: OF_ARRIVAL,
}
"""What a channel can tell of how a message it took fared."""

SEEN_BY_CHOICE = frozenset({ReceiptKind.OPENED, ReceiptKind.CLICKED, ReceiptKind.REPLIED})
"""What is told only where the shop lets it be seen: none at all may mean that nobody looks."""

SHOWN = (
    (ReceiptKind.DELIVERED,),
    (ReceiptKind.OPENED,),
    (ReceiptKind.CLICKED,),
    (ReceiptKind.REPLIED,),
    (ReceiptKind.BOUNCED, ReceiptKind.FAILED),
    (ReceiptKind.COMPLAINED,),
    (ReceiptKind.UNSUBSCRIBED,),
)
"""What a report tells of messages, in its order; what bounced and what failed did not arrive."""


@dataclass(kw_only=True)
class Carried:
    """What went by one channel: how many messages, as how many the channel counts them, and how
    often it told what of them.
    """

    sent: int = 0
    units: int = 0
    told: Counter[ReceiptKind] = field(default_factory=Counter)


@dataclass(kw_only=True)
class Figures:
    """What became of some messages: how many there were, and what went by each channel."""

    messages: int = 0
    carried: dict[Medium, Carried] = field(default_factory=dict)

    def by(self, medium: Medium) -> Carried:
        """Return what went by a channel, to be counted on."""
        return self.carried.setdefault(medium, Carried())

    @property
    def sent(self) -> int:
        """How many were handed over and taken; one that went two ways counts twice."""
        return sum(one.sent for one in self.carried.values())

    def told(self, kinds: Iterable[ReceiptKind], known: Collection[Medium]) -> int | None:
        """Return how often channels told something, of those of which it is known; None where it is
        known of none.
        """
        kinds = tuple(kinds)
        telling = [self.carried[one] for one in known if one in self.carried]
        if not any(one.sent for one in telling):
            return None
        return sum(one.told[kind] for one in telling for kind in kinds)

    def share(self, kinds: Iterable[ReceiptKind], known: Collection[Medium]) -> float | None:
        """Return the same as a share of what went by those channels."""
        told = self.told(kinds, known)
        if told is None:
            return None
        return told / sum(self.carried[one].sent for one in known if one in self.carried)


def known_media(kinds: Collection[ReceiptKind], total: Figures) -> frozenset[Medium]:
    """Return of which channels it is known how often something was told, by all that they told."""
    return frozenset(
        medium for medium, carried in total.carried.items() if _is_known(medium, kinds, carried)
    )


def _is_known(medium: Medium, kinds: Collection[ReceiptKind], carried: Carried) -> bool:
    if any(carried.told[kind] for kind in kinds):
        return True
    if medium in OWN_LINK and not {ReceiptKind.CLICKED, ReceiptKind.REPLIED}.isdisjoint(kinds):
        return True
    if not SEEN_BY_CHOICE.isdisjoint(kinds) and medium != Medium.WHATSAPP:
        return False
    tells = TOLD_BY[medium]
    return not tells.isdisjoint(kinds) and any(
        carried.told[kind] for kind in tells - SEEN_BY_CHOICE
    )


def cost_of(units: int, price: int) -> int:
    """Return what a channel asks for some messages, at a price for a thousand; half a minor unit
    counts as one.
    """
    return (units * price + 500) // 1000
