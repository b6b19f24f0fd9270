"""Which carriers a tracking number may belong to, the likeliest first, with reasons."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from tracking.rules.carriers import Carrier, number_key
from tracking.rules.detection.formats import Match, formats, plain

SURE = 0.9
"""From this likelihood on the first candidate is taken without asking anybody."""

_LEAD = 3
_ELSEWHERE = 2.0
"""The weight of all carriers we know no shape of: a lone weak candidate is not sure."""
_HOME, _SEEN_LEAD, _OWN = 4.0, 4.0, 3.0
_ONE_DIGIT = re.compile(r"(\d)\1*")


class Ground(StrEnum):
    """What speaks for a candidate."""

    CHECK_DIGIT = "check_digit"
    SHAPE = "shape"
    LEAD = "lead"
    COUNTRY = "country"
    OWN = "own"
    HISTORY = "history"


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One thing that speaks for a candidate.

    `detail` is the name of the shape, the first digits or the country; `count` of `among` are the
    shop's own numbers of this kind that went with the carrier.
    """

    ground: Ground
    detail: str = ""
    count: int = 0
    among: int = 0


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A carrier a number may belong to; the likelihoods of all candidates add up to less than 1."""

    carrier: Carrier
    service: str
    tracking_url: str
    likelihood: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True)
class Habits:
    """What a shop's own parcels tell: how many went with a carrier, by kind of number.

    A kind is the number's shape, or its shape with its first signs: carriers give a shipper ranges.
    """

    by_kind: Counter[tuple[str, str]] = field(default_factory=Counter)
    carriers: frozenset[str] = frozenset()

    def all_of(self, kind: str) -> int:
        """Return how many numbers of a kind there were."""
        return sum(count for (one, _), count in self.by_kind.items() if one == kind)


def learn_habits(parcels: Iterable[tuple[str, str]]) -> Habits:
    """Count a shop's parcels, each a tracking number and the carrier it was given to."""
    by_kind: Counter[tuple[str, str]] = Counter()
    carriers = set()
    for number, carrier in parcels:
        carriers.add(carrier)
        by_kind.update((kind, carrier) for kind in _kinds(number_key(number)))
    return Habits(by_kind=by_kind, carriers=frozenset(carriers))


NO_HABITS = Habits()


def detect_carriers(
    number: str, *, country: str = "", habits: Habits = NO_HABITS
) -> list[Candidate]:
    """Return the carriers a number may belong to, the likeliest first; none where it fits none.

    No candidate has a wrong check digit. `country` is where the shop sends from (ISO 3166-1
    alpha-2), "" where that is not known; carriers of other countries are named for numbers with
    letters, and where the shop has used them. Where a shape prevails at home, a number of it with a
    wrong check digit is a slip of the pen: it is of no carrier but those the shop sends with. One
    digit all along is a placeholder, not a number.
    """
    text = plain(number)
    bare = text.replace("-", "")
    if _ONE_DIGIT.fullmatch(bare):
        return []
    matches = [
        match
        for match in _matches(text, bare, country)
        if not _is_foreign(match.carrier, bare, country, habits)
    ]
    if matches and _is_slip(bare, country):
        matches = [match for match in matches if match.carrier.slug in habits.carriers]
    weights = [_weigh(match, bare, country, habits) for match in matches]
    total = sum(weight for weight, _ in weights) + _ELSEWHERE
    candidates = [
        Candidate(
            carrier=match.carrier,
            service=match.service,
            tracking_url=match.carrier.tracking_url(bare),
            likelihood=weight / total,
            reasons=reasons,
        )
        for match, (weight, reasons) in zip(matches, weights, strict=True)
    ]
    return sorted(candidates, key=lambda one: (-one.likelihood, one.carrier.slug))


def surest(candidates: Iterable[Candidate]) -> Candidate | None:
    """Return the candidate that may be taken without asking, or None where none is sure enough."""
    return next((one for one in candidates if one.likelihood >= SURE), None)


def _matches(text: str, bare: str, country: str) -> list[Match]:
    """Return the most telling match of each carrier, with its dashes or without them."""
    best: dict[str, Match] = {}
    for one in formats():
        if one.countries and country not in one.countries:
            continue
        match = one.match(text)
        if match is None and bare != text:
            match = one.match(bare)
        if match is None:
            continue
        known = best.get(match.carrier.slug)
        if known is None or known.format.weight < one.weight:
            best[match.carrier.slug] = match
    return list(best.values())


def _is_slip(number: str, country: str) -> bool:
    """Say whether a number is one of the home country's, mistyped.

    One in ten of them has the check digit of a carrier from elsewhere by chance.
    """
    return bool(country) and any(
        one.is_slip(number)
        for one in formats()
        if one.prevails and country in one.carrier.countries
    )


def _is_foreign(carrier: Carrier, number: str, country: str, habits: Habits) -> bool:
    """Say whether a carrier of other countries is no candidate for a number of digits alone.

    Its check digit fits one in ten slips of the pen at home. Letters tell where a number is from.
    """
    return bool(
        country
        and carrier.countries
        and country not in carrier.countries
        and number.isdecimal()
        and carrier.slug not in habits.carriers
    )


def _weigh(
    match: Match, key: str, country: str, habits: Habits
) -> tuple[float, tuple[Reason, ...]]:
    told, slug = match.format, match.carrier.slug
    ground = Ground.CHECK_DIGIT if told.checksum else Ground.SHAPE
    reasons = [Reason(ground=ground, detail=told.name)]
    weight = told.weight * told.share
    lead = next((one for one in told.leads if key.startswith(one)), "")
    if lead:
        weight *= _SEEN_LEAD
        reasons.append(Reason(ground=Ground.LEAD, detail=lead))
    if country and match.carrier.countries:
        if country in match.carrier.countries:
            weight *= _HOME
            reasons.append(Reason(ground=Ground.COUNTRY, detail=country))
        else:
            weight /= _HOME
    shape, lead_shape = _kinds(key)
    if count := habits.by_kind[shape, slug]:
        weight *= _OWN * (1 + count + 10 * habits.by_kind[lead_shape, slug])
        among = habits.all_of(shape)
        reasons.append(Reason(ground=Ground.HISTORY, count=count, among=among))
    elif slug in habits.carriers:
        weight *= _OWN
        reasons.append(Reason(ground=Ground.OWN))
    return weight, tuple(reasons)


def _kinds(key: str) -> tuple[str, str]:
    """Return the kinds of a number: its shape in 9s and As, and the same with its first signs."""
    shape = re.sub(r"[^\W\d]", "A", re.sub(r"\d", "9", key))
    return shape, f"{key[:_LEAD]} {shape}"
