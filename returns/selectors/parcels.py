"""Reads about how goods come back: ways of sending, addresses, parcels and their labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from commerce.rules.addresses import address_lines
from returns.enums import FactName, KeepItem, LabelState, Outcome, ReturnMethod, Slot
from returns.models import (
    LabelFile,
    Return,
    ReturnAddress,
    ReturnLine,
    ReturnParcel,
    SendingSettings,
)
from returns.rules.commands import Wish
from returns.rules.drop_off import Need
from returns.rules.methods import LABELLED, USUAL, open_methods
from returns.rules.terms import settled_value
from returns.selectors.drop_off import country_of, without_points
from returns.selectors.eligibility import Judgement
from returns.selectors.policies import sending_policy
from tracking.rules import carrier_of


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where goods are sent: the lines a shopper writes, and the address carriers need, if known.

    `name` is what the policy calls it, "" for the usual place.
    """

    name: str
    lines: tuple[str, ...]
    address: ReturnAddress | None


@dataclass(frozen=True, kw_only=True)
class Ways:
    """The ways open for what was chosen, and the one in force; `judgement` knows it."""

    open: tuple[ReturnMethod, ...]
    chosen: ReturnMethod | None
    judgement: Judgement


def sending_settings() -> SendingSettings:
    """Return how the shop's goods may come back; the usual way where nothing was said."""
    kept: SendingSettings | None = SendingSettings.objects.first()
    return kept or SendingSettings(methods=[one.value for one in USUAL])


def offered_methods() -> tuple[ReturnMethod, ...]:
    """Return the ways the shop offers, in its order."""
    return tuple(ReturnMethod(one) for one in sending_settings().methods)


def ways_to_send(
    judgement: Judgement, wishes: Sequence[Wish], outcome: Outcome, *, asked: str = ""
) -> Ways:
    """Return the ways open for wishes, with `asked` in force, or the first where it is not open.

    Where a rule asks how goods are sent, each way is judged by itself. A drop-off point is offered
    where there is one in the shopper's country.
    """
    found: list[ReturnMethod] = []
    offered = without_points(offered_methods(), country_of(judgement.order))
    is_asked = FactName.METHOD in judgement.engine.asks
    for methods in [(one,) for one in offered] if is_asked else [offered]:
        judged = replace(judgement, method=methods[0]) if methods else judgement
        _facts, decided = judged.decide(wishes, outcome)
        lines = decided.lines[: len(wishes)]
        if all(line.offer(outcome) for line in lines):
            found += open_methods(methods, [line.value(Slot.METHODS) for line in lines])
    chosen = next((one for one in found if one.value == asked), found[0] if found else None)
    return Ways(
        open=tuple(found),
        chosen=chosen,
        judgement=replace(judgement, method=chosen) if chosen else judgement,
    )


def list_addresses() -> list[ReturnAddress]:
    """Return the shop's addresses for returns, the usual one first."""
    return list(ReturnAddress.objects.order_by("-is_usual", "name"))


def access_address(public_id: str) -> ReturnAddress:
    """Return an address of the scope's shop for a page; raises Http404."""
    found: ReturnAddress | None = ReturnAddress.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def destinations_of(case: Return, *, at: datetime) -> list[Destination]:
    """Return where the lines of a return are sent, each place once, as its policy decided.

    The usual place is what the newest policy says, so that a shop that moves gets its parcels.
    """
    addresses = list_addresses()
    usual = next((one for one in addresses if one.is_usual), None)
    found: dict[str, Destination] = {}
    for place in _decided(case):
        name = str(place["name"])
        if name in found:
            continue
        address = _named(addresses, name) if name else usual
        written = tuple(place["address"]) if name else sending_policy(at).address
        found[name] = Destination(
            name=name, lines=written or lines_of_address(address, case.locale), address=address
        )
    return list(found.values())


def can_be_sent(case: Return, *, at: datetime) -> bool:
    """Whether its shopper is told where a return goes: on a label, or to write it themselves."""
    return case.method in LABELLED or any(one.lines for one in destinations_of(case, at=at))


def _decided(case: Return) -> list[dict[str, Any]]:
    kept = getattr(case, "policy_decision", None)
    if kept is None:
        return [{"name": "", "address": []}]
    lines = ReturnLine.objects.filter(case=case)
    wanted = set(lines.values_list("order_line__public_id", flat=True))
    policy = case.policy_version.policy
    return [
        settled_value(policy, line, Slot.DESTINATION)
        for line in kept.decision["lines"]
        if line["line"] in wanted and settled_value(policy, line, Slot.KEEP_ITEM) == KeepItem.SEND
    ]


def _named(addresses: Iterable[ReturnAddress], name: str) -> ReturnAddress | None:
    return next((one for one in addresses if one.name.casefold() == name.casefold()), None)


def recipient_lines(case: Return, locale: str) -> tuple[str, ...]:
    """Return where who was given a present lives, as lines; none for another return."""
    known = case.recipient_address
    return (known["name"], *address_lines(known, locale)) if known else ()


def lines_of_address(address: ReturnAddress | None, locale: str) -> tuple[str, ...]:
    """Return an address as lines, by the custom of its country; none for no address."""
    if address is None:
        return ()
    parts = ("company", "address1", "address2", "city", "province", "postcode", "country")
    lines = address_lines({part: getattr(address, part) for part in parts}, locale)
    # By the Japanese custom the name stands last; on a parcel it is written with respect.
    return (*lines, address.phone) if address.phone else tuple(lines)


def _whole() -> QuerySet[ReturnParcel]:
    found: QuerySet[ReturnParcel] = ReturnParcel.objects.select_related("order", "shipment")
    return found


def list_parcels_of(case: Return) -> list[ReturnParcel]:
    """Return the parcels of a return, newest first."""
    return list(_whole().filter(cases=case).order_by("-pk"))


def need_of(case: Return) -> Need:
    """Return what the parcels of a return ask of a place."""
    made = [one.carrier for one in list_parcels_of(case) if one.state == LabelState.READY]
    carriers = {carrier_of(name).slug for name in made if name}
    return Need(
        method=case.method,
        country=case.recipient_address.get("country") or country_of(case.order),
        carriers=tuple(sorted(carriers)),
    )


def get_parcel(public_id: str) -> ReturnParcel:
    """Return a parcel by its public id; raises ReturnParcel.DoesNotExist."""
    return _whole().get(public_id=public_id)


def access_parcel(public_id: str) -> ReturnParcel:
    """Return a parcel of the scope's shop for a page; raises Http404."""
    found = _whole().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def find_by_provider_ref(source: str, ref: str) -> ReturnParcel | None:
    """Return the parcel a provider knows by its own id, or None."""
    return _whole().filter(source=source, provider_ref=ref).first()


def list_parcels_tracked_as(shipment_id: str) -> list[ReturnParcel]:
    """Return the parcels that are a shipment of tracking, by its public id."""
    return list(_whole().filter(shipment__public_id=shipment_id).order_by("pk"))


def find_file(parcel: ReturnParcel, kind: str) -> LabelFile | None:
    """Return a file of a parcel, or None."""
    found: LabelFile | None = LabelFile.objects.filter(parcel=parcel, kind=kind).first()
    return found


def kinds_of_files(parcels: Sequence[ReturnParcel]) -> dict[int, list[str]]:
    """Return which files there are, by the row of their parcel."""
    found: dict[int, list[str]] = {}
    rows = LabelFile.objects.filter(parcel__in=parcels).order_by("kind")
    for row, kind in rows.values_list("parcel_id", "kind"):
        found.setdefault(row, []).append(kind)
    return found


def label_cost(case: Return) -> dict[str, int]:
    """Return what the labels of a return cost, in minor units by currency; void ones nothing.

    A label that several returns share counts with each.
    """
    found: dict[str, int] = {}
    rows = ReturnParcel.objects.filter(cases=case, cost__isnull=False).exclude(
        state=LabelState.VOIDED
    )
    for currency, cost in rows.values_list("currency", "cost"):
        found[currency] = found.get(currency, 0) + (cost or 0)
    return found
