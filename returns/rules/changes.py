"""Why a return came to another sum than its shopper was promised: each difference by its cause.

Sums are quotes as they are kept (`Quote.to_json`), so that what was shown long ago is explained by
what was shown, not by what would be shown today.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from postexp.kernel.money import allocate
from returns.enums import Change, Grade, RowCode

KeptQuote = Mapping[str, Any]

_OF_UNITS = frozenset({RowCode.GOODS, RowCode.TAX, RowCode.EXCHANGE_CREDIT})
_REFUSED = {Grade.WORN: Change.WORN, Grade.NOT_OURS: Change.NOT_OURS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of the units of an order line that were promised and not paid for.

    `awaited` units may still come, `missing` ones did not, and for `others` another item came;
    `refused` counts those of the line itself, by grade.
    """

    line: str
    awaited: int = 0
    missing: int = 0
    others: int = 0
    refused: Mapping[Grade, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One cause, and by how much it changed the sum.

    `units_fell_away` tells of shipping that it goes back with items only, and some did not.
    """

    code: Change | RowCode
    amount: int
    line: str = ""
    quantity: int = 0
    percent: int = 0
    units_fell_away: bool = False


def explain(
    promised: KeptQuote, given: Sequence[KeptQuote], fates: Sequence[Fate], *, before: int = 0
) -> tuple[Difference, ...]:
    """Return what leads from the sum promised to the sums given, to the minor unit.

    `before` is the part of `given` that was told of earlier: then the rest is explained. Promise
    and differences add up to what was given less that part; causes that changed nothing are left
    out.
    """
    found = [*_of_units(promised, given, fates), *_of_rows(promised, given)]
    if before:
        found.append(Difference(code=Change.GIVEN_BEFORE, amount=-before))
    return tuple(one for one in found if one.amount)


def _of_units(
    promised: KeptQuote, given: Sequence[KeptQuote], fates: Sequence[Fate]
) -> Iterator[Difference]:
    """Yield what became of each line's units; the line's difference is spread over its causes."""
    fate_of = {fate.line: fate for fate in fates}
    asked, paid = _quantities([promised]), _quantities(given)
    worth, came_to = _values([promised]), _values(given)
    for line in dict.fromkeys([*worth, *came_to]):
        apart = came_to[line] - worth[line]
        causes = _causes(fate_of.get(line, Fate(line=line)), asked[line] - paid[line])
        if not causes:
            yield Difference(code=Change.VALUE, amount=apart, line=line)
            continue
        lost = allocate(-apart, list(causes.values())) if apart < 0 else [0] * len(causes)
        for (code, quantity), amount in zip(causes.items(), lost, strict=True):
            yield Difference(code=code, amount=-amount, line=line, quantity=quantity)
        yield Difference(code=Change.VALUE, amount=max(apart, 0), line=line)


def _causes(fate: Fate, unpaid: int) -> dict[Change, int]:
    """Return why units were not paid for, and how many for each reason."""
    known = Counter(
        {
            Change.STILL_AWAITED: fate.awaited,
            Change.NOT_ARRIVED: fate.missing,
            Change.OTHER_ITEM: fate.others,
        }
    )
    for grade, quantity in fate.refused.items():
        known[_REFUSED.get(grade, Change.REFUSED)] += quantity
    known[Change.APART] = unpaid - sum(known.values())
    return {code: quantity for code, quantity in known.items() if quantity > 0}


def _of_rows(promised: KeptQuote, given: Sequence[KeptQuote]) -> Iterator[Difference]:
    """Yield what changed in the rows that are about no units: shipping, fees and the like."""
    then, now = _rows([promised]), _rows(given)
    percents = {
        row["code"]: row["percent"] for quote in (promised, *given) for row in quote["rows"]
    }
    fewer = sum(_quantities(given).values()) < sum(_quantities([promised]).values())
    for code in RowCode:
        if code not in _OF_UNITS:
            yield Difference(
                code=code,
                amount=now[code] - then[code],
                percent=percents.get(code, 0),
                units_fell_away=fewer,
            )


def _quantities(quotes: Sequence[KeptQuote]) -> Counter[str]:
    found: Counter[str] = Counter()
    for quote in quotes:
        for units in quote["units"]:
            found[units["line"]] += units["quantity"]
    return found


def _values(quotes: Sequence[KeptQuote]) -> Counter[str]:
    found: Counter[str] = Counter()
    for quote in quotes:
        for row in quote["rows"]:
            if row["code"] in _OF_UNITS:
                found[row["line"]] += row["amount"]
    return found


def _rows(quotes: Sequence[KeptQuote]) -> Counter[str]:
    found: Counter[str] = Counter()
    for quote in quotes:
        for row in quote["rows"]:
            found[row["code"]] += row["amount"]
    return found
