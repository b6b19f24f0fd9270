"""What the law gives whatever a shop's policy says. A pack is data, and can only improve.

EU and EEA: Directive 2011/83/EU; United Kingdom: Consumer Contracts Regulations 2013; Japan: Act on
Specified Commercial Transactions, article 15-3. These are requirements of the product, no advice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from returns.enums import (
    Exemption,
    FactName,
    KeepItem,
    Outcome,
    RefundShipping,
    Slot,
    StatutoryPack,
)
from returns.rules.paid import WHOLE
from returns.rules.policy.decisions import Facts, Line, Settled
from returns.rules.policy.document import Policy
from returns.rules.windows import latest_end, local_day
from returns.rules.withdrawals import COUNTRIES, next_working_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A right to give goods back for money.

    It ends `days` days after the day of arrival: of the order's last item where `whole_order`, else
    of the line. `rolls`: a last day off moves to the next working day. `unless_displayed`: the
    right is there only where the return terms were not displayed. No restocking fee is due; return
    postage is where terms were displayed, or `postage_always`. `exempting`: the law exempts goods.
    `undoes`: the right is to undo the contract, so that outbound shipping goes back with the whole
    order and promotions stay as they were.
    """

    code: StatutoryPack
    countries: frozenset[str]
    days: int
    whole_order: bool
    rolls: bool
    unless_displayed: bool = False
    postage_always: bool = False
    exempting: bool = True
    undoes: bool = True

    @property
    def name(self) -> str:
        """How the pack signs what it decides."""
        return f"law:{self.code.value}"


PACKS = (
    Pack(
        code=StatutoryPack.EU,
        countries=COUNTRIES - {"GB"},
        days=14,
        whole_order=True,
        rolls=True,
    ),
    Pack(
        code=StatutoryPack.UK,
        countries=frozenset({"GB"}),
        days=14,
        whole_order=True,
        rolls=True,
    ),
    # The day of receipt is the first of the eight.
    Pack(
        code=StatutoryPack.JP,
        countries=frozenset({"JP"}),
        days=7,
        whole_order=False,
        rolls=False,
        unless_displayed=True,
        postage_always=True,
        exempting=False,
        undoes=False,
    ),
)
UNDOING = frozenset(pack.code.value for pack in PACKS if pack.undoes)
"""The codes of the laws by which giving goods back undoes the contract."""


def pack_for(policy: Policy, country: str | None) -> Pack | None:
    """Return the law that binds a policy for orders to a country, or None."""
    for pack in PACKS:
        if country in pack.countries:
            return None if pack.unless_displayed and policy.terms_displayed else pack
    return None


def has_law(country: str) -> bool:
    """Whether a law of ours may bind a policy for orders to a country."""
    return any(country in pack.countries for pack in PACKS)


def zones_of_law(facts: Facts) -> tuple[ZoneInfo, ...]:
    """Return the zones the law's days are counted in: the shop's, and those of where it went."""
    return tuple(ZoneInfo(name) for name in dict.fromkeys((facts.zone, *facts.zones)))


def arrived_whole(facts: Facts, zones: Sequence[ZoneInfo]) -> date:
    """Return the latest day by any zone on which an order's last goods arrived.

    While something has not arrived, that is today at the soonest. A line that never left is not
    waited for once all of it is settled or held, as after its cancellation.
    """
    arrivals = {line.delivered for line in facts.lines if _is_awaited(line)}
    moments = {facts.at if arrival is None else arrival for arrival in arrivals}
    return max((local_day(moment, zone) for moment in moments for zone in zones), default=date.min)


def period_of_law(
    pack: Pack, facts: Facts, *, arrived: date, whole: date, zones: Sequence[ZoneInfo]
) -> datetime:
    """Return the last second in which goods can be given back by law, as far as is known.

    `arrived` is the day the goods came, `whole` the day the whole order did, each the latest of the
    `zones`. The last day is over when it is over in all of them.
    """
    first = max(arrived, whole) if pack.whole_order else arrived
    last = first + timedelta(days=pack.days)
    if pack.rolls:
        last = next_working_day(last, facts.days_off.__contains__)
    return latest_end(last, zones)


def _is_awaited(line: Line) -> bool:
    travelled = line.shipped is not None or line.delivered is not None
    return line.goods and (travelled or line.settled + line.reserved < line.quantity)


def is_exempt(known: Mapping[str, object]) -> bool | None:
    """Whether the law exempts a line from withdrawal; None where nobody knows.

    What is sealed for hygiene is exempt once the shopper opened it, which is seen when it is here.
    """
    exemption = known.get(FactName.EXEMPTION.value)
    if exemption in (None, Exemption.HYGIENE.value):
        return None
    return exemption != Exemption.NONE.value


def improved(
    pack: Pack, slots: Mapping[Slot, Settled], policy: Policy, exempt: bool | None
) -> dict[Slot, Settled]:
    """Return the slots with what the law gives wherever the policy gives less."""
    better = dict(slots)

    def give(slot: Slot, value: object) -> None:
        if better[slot].value != value:
            better[slot] = Settled(value, pack.name)

    if not slots[Slot.ELIGIBLE].value:
        give(Slot.ELIGIBLE, True)
        if pack.exempting and exempt is None:
            # Staff have to say whether the law exempts these goods.
            give(Slot.REVIEW, True)
    outcomes = slots[Slot.OUTCOMES].value
    if Outcome.REFUND.value not in outcomes:
        give(Slot.OUTCOMES, [Outcome.REFUND.value, *outcomes])
    fees = slots[Slot.FEES].value
    keeps_postage = pack.postage_always or policy.terms_displayed
    fees = {**fees, "restocking": 0, "postage": fees["postage"] if keeps_postage else {}}
    if pack.undoes:
        fees["refund_shipping"] = RefundShipping.FULL_RETURN.value
    give(Slot.FEES, fees)
    give(Slot.EVIDENCE, 0)
    if slots[Slot.PART_CREDIT].value < WHOLE:
        give(Slot.PART_CREDIT, WHOLE)
        # Part of the money was for keeping it: for all of it, it comes back.
        give(Slot.KEEP_ITEM, KeepItem.SEND.value)
    return better
