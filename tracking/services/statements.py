"""What messages say of a parcel beside its scans: who calls it what, when it comes, what is wrong.

Several sources tell of one parcel, each in its own time and by its own id. The newest message of
each counts, so that no source takes back what another one says. What shows that the parcel was
handed over stays, though newer messages do not repeat it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from tracking.enums import CarrierBasis, Status
from tracking.models import Shipment
from tracking.rules import Estimate, NormalisedShipment, PickupPlace, Proof, Summary
from tracking.rules.calendar import is_far_off
from tracking.rules.estimates import ToldEstimate, deciding, is_carrier, newest_of_source
from tracking.selectors.told import place_that_counts
from tracking.services.carriers import name_carrier

STAMPS = ("summary_at", "eta_told_at", "first_eta_told_at", "by_source")
"""Which message counts: newer ones that say the same move these alone."""

STATED = (
    *("tracker_ref", "service", "carrier", "carrier_basis", "told_carrier"),
    *("summary_status", "summary_substatus"),
    *("eta_day", "eta_starts_at", "eta_ends_at", "eta_changed_at", "first_eta_day"),
    *("proof", "pickup"),
    *("told_delay_reason", "told_delay_at", "action_who", "action_what", "action_until"),
)
"""What messages say of a parcel beside its scans."""

_LASTING = ("eta", "proof", "pickup")
"""What a source has told stands until it tells anew."""


def learn(shipment: Shipment, reports: Iterable[NormalisedShipment], *, at: datetime) -> None:
    """Take over what messages say of a shipment; the caller saves `STATED` and `STAMPS`.

    A message without a time of its own is of the instant `at`.
    """
    for told in reports:
        told_at = told.reported_at or at
        shipment.tracker_ref = shipment.tracker_ref or told.external_id
        _learn_service(shipment, told)
        is_silent = _is_silent(shipment, told)
        _learn_carrier(shipment, told, told_at, is_silent=is_silent)
        if told.summary and not is_silent:
            _learn_summary(shipment, told.summary, told_at)
        _learn_over_all(shipment, told, told_at, is_silent=is_silent)
        _learn_estimate(shipment, told, told_at)
        _learn_lasting(shipment, told, told_at)


def known_id(shipment: Shipment, source: str) -> str:
    """Return by which id a source knows a shipment; "" where it told none."""
    ids = {name: said["id"] for name, said in shipment.by_source.items() if said.get("id")}
    # Of parcels from before, it was not kept whose id it is.
    return ids.get(source, "") if ids else shipment.tracker_ref


def learn_shops_carrier(shipment: Shipment, told: str, *, source: str, is_renumbered: bool) -> None:
    """Let a shipment's carrier be the one its shop names, unless it named no other than before.

    A parcel may have changed carrier since; the shop's own word does not, each time it is repeated.
    """
    said = shipment.by_source.get(source, {})
    if is_renumbered or said.get("carrier") != told:
        name_carrier(shipment, told, is_renumbered=is_renumbered)
        shipment.by_source = {**shipment.by_source, source: {**said, "carrier": told}}


def _learn_service(shipment: Shipment, told: NormalisedShipment) -> None:
    """Take over a service where none was told, or where the source names another than before."""
    service = told.service[:80]
    before = shipment.by_source.get(told.source, {}).get("service", "")
    if service and (not shipment.service or before not in ("", service)):
        shipment.service = service


def _learn_carrier(
    shipment: Shipment, told: NormalisedShipment, told_at: datetime, *, is_silent: bool
) -> None:
    """Take over a carrier where none was told, or where the source names another than before.

    What it only repeats is no news: two sources that differ do not take turns.
    """
    said = shipment.by_source.get(told.source, {})
    before = said.get("carrier", "")
    if not told.carrier or (shipment.carrier and told.carrier == before):
        return
    is_told = shipment.carrier and shipment.carrier_basis == CarrierBasis.TOLD
    is_handed_over = before and not is_silent and not _is_older(told_at, said)
    if not is_told or is_handed_over:
        name_carrier(shipment, told.carrier)


def _is_silent(shipment: Shipment, told: NormalisedShipment) -> bool:
    """Whether a message is no word on the parcel: its source failed, or does not find the number.

    Once a parcel has scans, its number exists, whatever one answer says.
    """
    if told.events or told.delay_reason or told.action:
        return False
    if told.summary is None:
        return True
    return told.summary.status is Status.PENDING and shipment.last_scan_at is not None


def _learn_summary(shipment: Shipment, summary: Summary, told_at: datetime) -> None:
    if shipment.summary_at is None or told_at >= shipment.summary_at:
        shipment.summary_status, shipment.summary_substatus = summary.status, summary.substatus
        shipment.summary_at = told_at


def _learn_over_all(
    shipment: Shipment, told: NormalisedShipment, told_at: datetime, *, is_silent: bool
) -> None:
    """Take over a delay and what is to be done, each by itself.

    What the newest message of a source no longer says is over; what another source says stands.
    """
    before = shipment.by_source.get(told.source, {})
    speaks = told.external_id or told.carrier or told.delay_reason or told.action
    if _is_older(told_at, before) or not (before or speaks):
        return
    said = before | {"id": told.external_id or before.get("id", "")}
    if not is_silent:
        said = {
            "id": said["id"],
            "carrier": told.carrier or before.get("carrier", ""),
            "service": told.service[:80] or before.get("service", ""),
            **{name: before[name] for name in _LASTING if name in before},
            **_claims(before, told, told_at),
        }
    shipment.by_source = shipment.by_source | {told.source: said}
    _put_together(shipment)


def _claims(before: dict[str, Any], told: NormalisedShipment, told_at: datetime) -> dict[str, Any]:
    """Return when a source told, since when and why it calls the parcel late, and what to do."""
    said: dict[str, Any] = {"at": told_at.astimezone(UTC).isoformat()}
    if told.delay_reason:
        reason, since = before.get("delay", ("", ""))
        said["delay"] = [told.delay_reason, since if reason == told.delay_reason else said["at"]]
    if action := told.action:
        until = action.until if action.until and not is_far_off(action.until, told_at) else None
        said["action"] = [action.who, action.what, until.isoformat() if until else ""]
    return said


def _put_together(shipment: Shipment) -> None:
    """Let the shipment's delay and action be the newest that any source says."""
    newest = sorted(
        (said for said in shipment.by_source.values() if "at" in said), key=_told_at, reverse=True
    )
    reason, since = next((said["delay"] for said in newest if "delay" in said), ("", ""))
    who, what, until = next((said["action"] for said in newest if "action" in said), ("", "", ""))
    shipment.told_delay_reason = reason
    shipment.told_delay_at = datetime.fromisoformat(since) if since else None
    shipment.action_who, shipment.action_what = who, what
    shipment.action_until = date.fromisoformat(until) if until else None


def _told_at(said: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(said["at"])


def _is_older(told_at: datetime, said: dict[str, Any]) -> bool:
    """Whether a message is older than the newest of its source."""
    return "at" in said and told_at < _told_at(said)


def _learn_estimate(shipment: Shipment, told: NormalisedShipment, told_at: datetime) -> None:
    """Take over when the parcel should come; a day no parcel can be meant for is no estimate."""
    estimate = told.estimate
    if estimate is None or is_far_off(estimate.day, told_at):
        return
    _decide_estimate(shipment, told.source, estimate, told_at)
    promised = told.first_estimate
    day = promised if promised and not is_far_off(promised, told_at) else estimate.day
    first = (shipment.first_eta_told_at, shipment.first_eta_day)
    if first[0] is None or (told_at, day) < first:
        shipment.first_eta_day, shipment.first_eta_told_at = day, told_at


def _decide_estimate(
    shipment: Shipment, source: str, estimate: Estimate, told_at: datetime
) -> None:
    """Keep what a source estimates, and let the shipment's estimate be the one that counts."""
    known = _told_estimates(shipment)
    # Of parcels from before, it was not kept whose estimate it is.
    if not known and shipment.eta_told_at and told_at < shipment.eta_told_at:
        return
    said = ToldEstimate(source=source, estimate=estimate, told_at=told_at, since=told_at)
    known[source] = newest_of_source(known.get(source), said)
    _keep(shipment, source, "eta", _written(known[source]))
    counts = deciding(known.values())
    assert counts is not None, "one was told just now"
    if counts.estimate.day != shipment.eta_day:
        shipment.eta_changed_at = counts.told_at
    shipment.eta_day = counts.estimate.day
    shipment.eta_starts_at = counts.estimate.starts_at
    shipment.eta_ends_at = counts.estimate.ends_at
    shipment.eta_told_at = counts.told_at


def _told_estimates(shipment: Shipment) -> dict[str, ToldEstimate]:
    """Return the estimates kept of a shipment, by their source."""
    return {
        source: _read(source, said["eta"])
        for source, said in shipment.by_source.items()
        if "eta" in said
    }


def _written(told: ToldEstimate) -> list[str]:
    estimate = told.estimate
    moments = (told.told_at, told.since, estimate.starts_at, estimate.ends_at)
    return [estimate.day.isoformat(), *(_instant(moment) for moment in moments)]


def _read(source: str, written: list[str]) -> ToldEstimate:
    day, told_at, since, *window = written
    starts_at, ends_at = (datetime.fromisoformat(one) if one else None for one in window)
    return ToldEstimate(
        source=source,
        estimate=Estimate(day=date.fromisoformat(day), starts_at=starts_at, ends_at=ends_at),
        told_at=datetime.fromisoformat(told_at),
        since=datetime.fromisoformat(since),
    )


def _instant(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""


def _learn_lasting(shipment: Shipment, told: NormalisedShipment, told_at: datetime) -> None:
    """Take over what shows a delivery and where a parcel waits, each in its newest words.

    Of a person who was forgotten nothing is learnt again.
    """
    if shipment.order and shipment.order.erased_at:
        return
    instant = _instant(told_at)
    said = shipment.by_source.get(told.source, {})
    if told.proof:
        proof = dict(_proof_words(said.get("proof", {})))
        for name, value in _facts(told.proof).items():
            proof[name] = _newest(proof.get(name), [instant, value])
        _keep(shipment, told.source, "proof", proof)
        shipment.proof = _filled(shipment)
    if told.pickup:
        pickup = _newest(said.get("pickup"), [instant, _facts(told.pickup)])
        _keep(shipment, told.source, "pickup", pickup)
        shipment.pickup = _facts(place_that_counts(shipment))


def _facts(told: Proof | PickupPlace) -> dict[str, Any]:
    return {name: value for name, value in asdict(told).items() if value}


def _newest(before: list[Any] | None, word: list[Any]) -> list[Any]:
    """Return the newer of two words; of one instant the same counts, whichever comes in first."""
    words = [before, word] if before else [word]
    return max(words, key=lambda one: json.dumps(one, sort_keys=True))


def _proof_words(said: dict[str, Any] | list[Any]) -> dict[str, Any]:
    """Return a source's words on a delivery, each fact with the instant it was told.

    Of parcels from before, one instant was kept for all facts.
    """
    if isinstance(said, dict):
        return said
    instant, facts = said
    return {name: [instant, value] for name, value in facts.items()}


def _filled(shipment: Shipment) -> dict[str, Any]:
    """Return the proof of all sources: the carrier's words first, others fill what it leaves."""
    said = shipment.by_source
    sources = sorted(
        (source for source in said if "proof" in said[source]),
        key=lambda source: (not is_carrier(source), source),
    )
    facts: dict[str, Any] = {}
    for source in sources:
        words = _proof_words(said[source]["proof"])
        facts = {**{name: value for name, (_, value) in words.items()}, **facts}
    return facts


def _keep(shipment: Shipment, source: str, name: str, value: Any) -> None:
    said = shipment.by_source.get(source, {})
    shipment.by_source = {**shipment.by_source, source: {**said, name: value}}
