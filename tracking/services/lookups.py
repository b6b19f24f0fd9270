"""Opening an order by its number: five tries, then a code by e-mail. Counted per order number.

A code has five tries, too; then another is sent, so that a stranger who burns it locks nobody out.

A wrong contact and an unknown number take the same steps and get the same answers. Tries are
counted per number, not per network, so that nobody locks out the neighbours on a mobile network.
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
from tracking.selectors.lookups import CODE_VALID, WINDOW, code_of, is_throttled

if TYPE_CHECKING:
    from commerce.models import Order

CODE_TRIES = 5
CODES = 5
CODES_WINDOW = timedelta(hours=1)


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


def ask_for_code(*, number: str, at: datetime) -> str:
    """Begin a challenge for an order number; return its id, under which the code is answered.

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
        challenge = challenge or _begin_challenge(key, at)
    return str(challenge.public_id)


def _is_open(challenge: LookupChallenge, at: datetime) -> bool:
    is_spent = challenge.used_at is not None or challenge.tries >= CODE_TRIES
    return not is_spent and challenge.expires_at > at


def _begin_challenge(key: str, at: datetime) -> LookupChallenge:
    order = _order_of(key)
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
            LookupChallenge.objects.select_for_update()
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


def _order_of(key: str) -> Order | None:
    return commerce.list_orders(search=key).filter(number_key=key).first() if key else None
