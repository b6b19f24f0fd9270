"""Trying a policy on past requests, in steps that can be interrupted. It changes nothing else.

What a chunk of work found and how far it came are written in one transaction, so a worker that dies
loses nothing and repeats nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from postexp.kernel import ids
from postexp.kernel.locks import lock
from returns.enums.simulating import SimulationState
from returns.errors import NothingToSimulate
from returns.models import PolicySimulation, SimulatedChange
from returns.rules.policy import Engine, Policy, read_policy
from returns.rules.simulation import Compared, compare, tally
from returns.selectors.drafts import get_draft
from returns.selectors.simulations import STALLED, PastRequest, count_requests, past_requests

CHUNK = 200
MOST_KEPT = 5
"""So many simulations a shop keeps; the oldest goes when another is started."""
MOST_TRIES = 3
"""How many workers in a row may come no further before a simulation is given up."""


def start_simulation(
    *, content: Mapping[str, Any] | None = None, days: int, at: datetime, actor: str
) -> PolicySimulation:
    """Begin to try a policy, the draft unless `content` is given, on the last `days` days.

    Nothing is judged yet: `work_on` does that. The same again while it runs gives the first.
    Raises NothingToSimulate without draft and content, and InvalidPolicy.
    """
    with transaction.atomic():
        lock("policy simulation")
        policy, revision = _tried(content)
        running: PolicySimulation | None = PolicySimulation.objects.filter(
            state=SimulationState.RUNNING, hash=policy.hash, days=days
        ).first()
        if running is not None:
            return running
        total, reached = count_requests(at - timedelta(days=days), at)
        started: PolicySimulation = PolicySimulation.objects.create(
            content=policy.to_json(),
            hash=policy.hash,
            revision=revision,
            days=days,
            total=total,
            reached=reached,
            asked_at=at,
            asked_by=actor,
        )
        newest = PolicySimulation.objects.order_by("-id").values("id")[:MOST_KEPT]
        PolicySimulation.objects.exclude(id__in=list(newest.values_list("id", flat=True))).delete()
    return started


def _tried(content: Mapping[str, Any] | None) -> tuple[Policy, str]:
    if content is not None:
        return read_policy(dict(content)), ""
    draft = get_draft()
    if draft is None:
        raise NothingToSimulate
    return draft.policy, draft.revision


def forget_simulations() -> None:
    """Throw every simulation of the shop away, with its draft or where another policy holds."""
    PolicySimulation.objects.all().delete()


def work_on(public_id: str, *, until: datetime, now: Callable[[], datetime]) -> bool:
    """Go on with a simulation for a while; return whether more is left for another step.

    Nothing is done where another worker is at it, or where it was thrown away meanwhile.
    """
    simulation = _claim(public_id, now())
    if simulation is None:
        return False
    if simulation.tries > MOST_TRIES:
        _mine(simulation).update(state=SimulationState.FAILED, finished_at=now())
        return False
    engine = Engine(simulation.policy)
    while _judge_some(simulation, engine, now()):
        if now() >= until:
            _mine(simulation).update(claim="", beat_at=None)
            return True
    return False


def _claim(public_id: str, at: datetime) -> PolicySimulation | None:
    """Take a simulation nobody works on. From then on whoever had it before writes nothing."""
    idle = Q(beat_at=None) | Q(beat_at__lt=at - STALLED)
    claim = ids.new_id("clm")
    waiting = PolicySimulation.objects.filter(
        idle, public_id=public_id, state=SimulationState.RUNNING
    )
    waiting.update(beat_at=at, claim=claim, tries=F("tries") + 1)
    found: PolicySimulation | None = PolicySimulation.objects.filter(claim=claim).first()
    return found


def _mine(simulation: PolicySimulation) -> QuerySet[PolicySimulation]:
    mine: QuerySet[PolicySimulation] = PolicySimulation.objects.filter(
        pk=simulation.pk, claim=simulation.claim
    )
    return mine


def _judge_some(simulation: PolicySimulation, engine: Engine, at: datetime) -> bool:
    """Judge the next requests; return whether there may be more of them."""
    asked = past_requests(simulation, engine.policy, after=simulation.reached, most=CHUNK)
    compared = [compare(one.past, engine) for one in asked]
    found = Counter(simulation.summary)
    for one in compared:
        found.update(tally(one))
    with transaction.atomic():
        if not _mine(simulation).select_for_update(no_key=True).exists():
            return False
        SimulatedChange.objects.bulk_create(
            change
            for one, other in zip(asked, compared, strict=True)
            for change in _rows(simulation, one, other)
        )
        simulation.summary = dict(found)
        simulation.done += len(asked)
        simulation.reached = asked[-1].kept.pk if asked else simulation.reached
        simulation.beat_at, simulation.tries = at, 0
        more = len(asked) == CHUNK
        if not more:
            simulation.state, simulation.finished_at = SimulationState.DONE, at
        simulation.save()
    return more


def _rows(
    simulation: PolicySimulation, asked: PastRequest, compared: Compared
) -> list[SimulatedChange]:
    kept, past = asked.kept, asked.past
    return [
        SimulatedChange(
            simulation=simulation,
            request=kept,
            order_id=kept.order_id,
            case_id=kept.case.pk if kept.case else None,
            order_line_id=asked.lines[one.wish.line],
            quantity=one.wish.quantity,
            reason=one.wish.reason,
            outcome=past.outcome,
            segment=past.segment,
            verdict_before=one.before.verdict,
            verdict_after=one.after.verdict,
            currency=past.paid.currency,
            money_before=one.before.money,
            money_after=one.after.money,
            what=[what.value for what in one.what],
            denials=list(one.denials),
            slots=[[slot.value, by] for slot, by in one.slots],
            kept=[one.before.keep.value, one.after.keep.value],
            paid=[one.before.pays.value, one.after.pays.value],
            unknown=[name.value for name in compared.unknown],
            asked_again=past.asked_again,
        )
        for one in compared.changed
    ]
