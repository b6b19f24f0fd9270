"""Opening an order by its number: five tries, then a code by e-mail. Counted per order number.

A code has five tries, too; then another is sent, so that a stranger who burns it locks nobody out.

A wrong contact and an unknown number take the same steps and get the same answers. Tries are
counted per number, not per network, so that nobody locks out the neighbours on a mobile network.
A carrier's number alone is counted with those around it, so that nobody walks through them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.crypto import constant_time_compare

from commerce import selectors as commerce
from commerce.rules import number_key
from postexp.kernel.events import append
from postexp.kernel.locks import lock
from tracking.errors import TooManyTries, WrongCode
from tracking.events import LookupCodeRequested
from tracking.models import LookupAttempt, LookupChallenge
from tracking.rules import number_key as parcel_key
from tracking.selectors.lookups import CODE_VALID, WINDOW, code_of, is_throttled
from tracking.selectors.shipments import find_by_number

if TYPE_CHECKING:
    from commerce.models import Order
    from tracking.models import Shipment

CODE_TRIES = 5
CODES = 5
CODES_WINDOW = timedelta(hours=1)
# Consecutive parcels differ in the last digits, of which the very last is often a check digit.
_VARYING = 4
_SHORTEST = 9


@dataclass(frozen=True, kw_only=True)
class Found:
    """The order a shopper may see; a postcode alone proves little (`is_proven` is false)."""

    order_id: str
    is_proven: bool


def look_up_order(*, number: str, contact: str, at: datetime) -> Found | None:
    """Return the order of a number whose contact matches, or None. Raises TooManyTries.

    A failed try counts, whether the number exists or not.
    """
    key = number_key(number)
    country = commerce.get_merchant().country
    with transaction.atomic():
        lock(f"lookup:{key}")
        if is_throttled(key, at=at):
            raise TooManyTries
        found = commerce.find_orders(number=number, contact=contact, country=country)
        if not found:
            LookupAttempt.objects.create(number_key=key, at=at)
            return None
    proven = [order for order, proof in found if proof != "postcode"]
    order = proven[0] if proven else found[0][0]
    return Found(order_id=order.public_id, is_proven=bool(proven))


def look_up_parcel(*, number: str, at: datetime) -> Shipment | None:
    """Return the newest parcel that travels under a number, or None. Raises TooManyTries.

    A failed try counts for every number that begins alike; while there were too many, a parcel
    that exists is not shown either, and its shopper is sent a code.
    """
    with transaction.atomic():
        around = _around(number)
        lock(f"lookup:{around}")
        if is_throttled(around, at=at):
            raise TooManyTries
        found = find_by_number(number)
        if not found:
            LookupAttempt.objects.create(number_key=around, at=at)
            return None
    return found[0]


def _around(number: str) -> str:
    """Return what the numbers of one stock of labels share; short ones stand for themselves."""
    key = parcel_key(number)
    shared = key[:-_VARYING] if len(key) >= _SHORTEST else key
    # Beside the order numbers, which are counted for themselves.
    return f"parcel:{shared}"[:40]


def ask_for_code(*, number: str, at: datetime) -> str:
    """Begin a challenge for a number of an order, or of a parcel of one; return its id.

    Its code is answered under that id.

    A challenge that a code can still solve is used again, and five are begun in an hour, so that
    nobody is flooded with mail; after those the last one is named again. A number without an order
    gets challenges no code solves. Publishes LookupCodeRequested for each that is begun.
    """
    key = number_key(number)
    with transaction.atomic():
        lock(f"lookup:{key}")
        recent = list(
            LookupChallenge.objects.filter(number_key=key, made_at__gt=at - CODES_WINDOW).order_by(
                "-id"
            )
        )
        challenge = next((one for one in recent if _is_open(one, at)), None)
        if challenge is None and len(recent) >= CODES:
            challenge = recent[0]
        challenge = challenge or _begin_challenge(key, _order_of(number), at)
    return str(challenge.public_id)


def _is_open(challenge: LookupChallenge, at: datetime) -> bool:
    is_spent = challenge.used_at is not None or challenge.tries >= CODE_TRIES
    return not is_spent and challenge.expires_at > at


def _begin_challenge(key: str, order: Order | None, at: datetime) -> LookupChallenge:
    challenge: LookupChallenge = LookupChallenge.objects.create(
        number_key=key,
        order_ref=order.public_id if order else "",
        made_at=at,
        expires_at=at + CODE_VALID,
    )
    if order:
        append(
            LookupCodeRequested(challenge_id=challenge.public_id, order_id=order.public_id),
            at=at,
            actor="shopper",
        )
    return challenge


def answer_code(*, challenge_id: str, code: str, at: datetime) -> Found:
    """Return the order that a code opens, once. Raises WrongCode, after five tries for any code."""
    with transaction.atomic():
        challenge = (
            LookupChallenge.objects.select_for_update(no_key=True)
            .filter(public_id=challenge_id, used_at=None, expires_at__gt=at, tries__lt=CODE_TRIES)
            .first()
        )
        if challenge is None:
            raise WrongCode
        challenge.tries += 1
        is_right = constant_time_compare(code.strip(), code_of(challenge.public_id))
        if is_right and challenge.order_ref:
            challenge.used_at = at
        challenge.save(update_fields=["tries", "used_at"])
    if challenge.used_at is None:
        raise WrongCode
    return Found(order_id=challenge.order_ref, is_proven=True)


def forget_lookups(*, at: datetime) -> None:
    """Forget tries and challenges that no longer count, in every shop."""
    LookupAttempt.every_merchant.filter(at__lte=at - WINDOW).delete()
    LookupChallenge.every_merchant.filter(expires_at__lte=at - CODES_WINDOW).delete()


def _order_of(number: str) -> Order | None:
    key = number_key(number)
    named = commerce.list_orders(search=key).filter(number_key=key).first() if key else None
    return named or next((one.order for one in find_by_number(number) if one.order), None)
