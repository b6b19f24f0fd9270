"""Asking a carrier for some seconds: turn after turn, several requests at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from integrations.carriers import (
    ANSWER_SECONDS,
    RENEW_BEFORE,
    CarrierClient,
    CarrierError,
    QuestionRefused,
    Refused,
)
from integrations.polling.carriers import CARRIERS, AskingAccount, address_of
from integrations.polling.models import CarrierAccount
from integrations.polling.planning import join_page
from integrations.polling.turns import AT_ONCE, Outcome, book_turn, take_turn

SHORT_WAIT = timedelta(seconds=0.25)
"""A wait for the rate that is worth staying for; whoever has to wait longer ends."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One account at work: its client, and the hands that send its requests."""

    account: AskingAccount
    client: CarrierClient
    hands: ThreadPoolExecutor
    now: Callable[[], datetime]


def run_slice(
    account_id: int,
    *,
    until: datetime,
    now: Callable[[], datetime],
    answer_seconds: float = ANSWER_SECONDS,
) -> int:
    """Ask about the numbers of an account that are due, until an instant; return how many.

    Each turn is booked before the next is taken: a worker that is killed loses the answers it is
    waiting for, and those numbers are due again once their claim has lapsed.
    """
    joined = False
    while not joined and now() < until:
        joined = not join_page(account_id, at=now())
    asked = 0
    with _open_desk(account_id, now=now, answer_seconds=answer_seconds) as desk:
        while now() < until:
            turn = take_turn(account_id, at=now())
            if turn.groups:
                called = desk.client.calls
                outcomes = _ask(desk, turn.groups)
                desk.account.save_token()
                book_turn(account_id, turn, outcomes, calls=desk.client.calls - called, at=now())
                asked += sum(len(one.numbers) for one in outcomes if one.answers)
            elif turn.again_at is not None and turn.again_at - now() <= SHORT_WAIT:
                time.sleep(max((turn.again_at - now()).total_seconds(), 0.001))
            elif not turn.looked_at:
                break
    return asked


@contextmanager
def _open_desk(
    account_id: int, *, now: Callable[[], datetime], answer_seconds: float
) -> Iterator[Desk]:
    account = CarrierAccount.objects.select_related("connection").get(pk=account_id)
    credentials = AskingAccount(account.connection, address_of(account.carrier))
    make_client = CARRIERS[account.carrier].client
    with (
        make_client(credentials, now=now, answer_seconds=answer_seconds) as client,
        ThreadPoolExecutor(AT_ONCE) as hands,
    ):
        yield Desk(account=credentials, client=client, hands=hands, now=now)


def _ask(desk: Desk, groups: Sequence[tuple[str, ...]]) -> list[Outcome]:
    """Send the requests of a turn at once; the first one alone where it has to fetch a token.

    Where that one finds the carrier closed to us, the others stay unsent.
    """
    outcomes: list[Outcome] = []
    token = desk.account.token()
    if token is None or not token.lasts(desk.now(), margin=RENEW_BEFORE):
        outcomes.append(_send(desk.client, groups[0]))
    if outcomes and outcomes[0].error is not None:
        outcomes += [Outcome(numbers=group) for group in groups[1:]]
    else:
        rest = groups[len(outcomes) :]
        outcomes += desk.hands.map(lambda group: _send(desk.client, group), rest)
    return _judge_refusals(desk.client, outcomes)


def _send(client: CarrierClient, numbers: tuple[str, ...]) -> Outcome:
    try:
        return Outcome(numbers=numbers, answers=tuple(client.fetch(numbers)))
    except CarrierError as error:
        return Outcome(numbers=numbers, error=error)


def _judge_refusals(client: CarrierClient, outcomes: list[Outcome]) -> list[Outcome]:
    """Find out whether it is the account that was refused: then it does not get in again either.

    Where it does get in, it was the question.
    """
    if not any(isinstance(one.error, Refused) for one in outcomes):
        return outcomes
    try:
        client.check()
    except Refused:
        return [
            replace(one, locked_out=True) if isinstance(one.error, Refused) else one
            for one in outcomes
        ]
    except CarrierError:
        return outcomes
    return [
        replace(one, error=QuestionRefused(one.error.detail))
        if isinstance(one.error, Refused)
        else one
        for one in outcomes
    ]
