"""Gifts: codes for units of an order, and returns by those who were given them."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from commerce.ports import AddressFacts, CustomerFacts
from commerce.selectors import get_merchant, list_lines, lock_order
from commerce.services.customers import take_in_contact
from postexp.kernel.events import append
from postexp.kernel.locks import lock
from returns.enums import Outcome
from returns.enums.exchanges import Instead
from returns.errors import (
    GiftEnded,
    GiftFormLocked,
    IdempotencyMismatch,
    NotReturnable,
    QuantityExceedsReturnable,
)
from returns.events import GiftCodeEnded, GiftCodeMade
from returns.models import GiftAttempts, GiftCode, GiftUnits, Return
from returns.rules.commands import ExchangeWish, Wish
from returns.selectors import find_request
from returns.selectors.eligibility import gift_before
from returns.selectors.gifts import OUTCOMES, access_gift, judge_gift
from returns.services.policies import saved_version
from returns.services.requests import Request, carry_out

if TYPE_CHECKING:
    from commerce.models import Order

SYSTEM = "system"
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters nobody mistakes for one another."""
LENGTH = 12
WRONG_IN_A_ROW = 10
LOCKED_FOR = timedelta(minutes=15)
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


def make_gift_code(
    *, order_id: str, units: Mapping[str, int], at: datetime, actor: str
) -> GiftCode:
    """Make a code for units of an order's lines, by public id.

    Publishes GiftCodeMade. Raises NotReturnable for no units or a strange line, and
    QuantityExceedsReturnable for more than were bought.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        lines = {line.public_id: line for line in list_lines(order)}
        wanted = {name: count for name, count in units.items() if count}
        if not wanted or not wanted.keys() <= lines.keys():
            raise NotReturnable
        if any(not 0 < count <= lines[name].quantity for name, count in wanted.items()):
            raise QuantityExceedsReturnable
        code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        gift: GiftCode = GiftCode.objects.create(
            order=order, code=code, hash=_hash(code), made_at=at, made_by=actor
        )
        GiftUnits.objects.bulk_create(
            GiftUnits(gift=gift, order_line=lines[name], quantity=count)
            for name, count in wanted.items()
        )
        append(GiftCodeMade(order_id=order.public_id, gift_id=gift.public_id), at=at, actor=actor)
    return gift


def gift_instead(order: Order, *, at: datetime) -> GiftCode | None:
    """Return the code by which what came instead of a gift is returned; None for another order.

    It is made when it is first asked for, and publishes GiftCodeMade then.
    """
    if gift_before(order) is None:
        return None
    with transaction.atomic():
        lock_order(order.public_id)
        made: GiftCode | None = GiftCode.objects.filter(order=order, made_by=SYSTEM).first()
        return made or make_gift_code(
            order_id=order.public_id,
            units={line.public_id: line.quantity for line in list_lines(order)},
            at=at,
            actor=SYSTEM,
        )


def end_gift_code(*, gift_id: str, at: datetime, actor: str) -> GiftCode:
    """End a code: it opens nothing more, and what was asked for with it goes on.

    Ended again it changes nothing. Publishes GiftCodeEnded.
    """
    with transaction.atomic():
        lock_order(access_gift(gift_id).order.public_id)
        gift = access_gift(gift_id)
        if gift.ended_at is None:
            gift.ended_at = at
            gift.save()
            append(
                GiftCodeEnded(order_id=gift.order.public_id, gift_id=gift.public_id),
                at=at,
                actor=actor,
            )
    return gift


def find_gift(typed: str, *, at: datetime) -> GiftCode | None:
    """Return the gift a typed code stands for, None for a wrong one.

    Ten wrong ones in a row lock the shop's form for 15 minutes, right ones included: raises
    GiftFormLocked. A receipt's own link goes on to work.
    """
    with transaction.atomic():
        lock("gift attempts")
        tried: GiftAttempts = GiftAttempts.objects.first() or GiftAttempts()
        if tried.locked_until is not None and at < tried.locked_until:
            raise GiftFormLocked
        gift: GiftCode | None = GiftCode.objects.filter(hash=_hash(typed), ended_at=None).first()
        tried.locked_until = None
        tried.wrong = 0 if gift else tried.wrong + 1
        if tried.wrong >= WRONG_IN_A_ROW:
            tried.wrong, tried.locked_until = 0, at + LOCKED_FOR
        tried.save()
    return gift


def request_gift_return(
    *,
    gift_id: str,
    wishes: Sequence[Wish],
    outcome: Outcome,
    name: str,
    email: str,
    address: AddressFacts,
    at: datetime,
    key: str,
    locale: str = "",
    method: str = "",
    note: str = "",
) -> Return:
    """Ask for a return with a gift code: for another one, or for credit of the recipient's own.

    What they get, and what cannot be accepted, goes to `address`, which is on their label, too.
    Where the other one is sold out it becomes credit. The buyer is told nothing, and cannot have
    the units refunded any more. `method` is as in `request_return`. The same `key` again gives the
    first return. Publishes as `request_return`. Raises GiftEnded, IdempotencyMismatch for the key
    of a return that this code did not ask for, NotReturnable for another outcome and for something
    that costs more, and what `request_return` raises.
    """
    if outcome not in OUTCOMES:
        raise NotReturnable
    with transaction.atomic():
        order = lock_order(access_gift(gift_id).order.public_id)
        gift = access_gift(gift_id)
        first = find_request(order, key)
        if first is not None:
            if first.gift_id != gift.pk:
                # Its answer would open another's return to whoever asks.
                raise IdempotencyMismatch
            return first
        if gift.ended_at is not None:
            raise GiftEnded
        facts = CustomerFacts(external_id="", email=email, given_name=name, locale=locale)
        asked = Request(
            wishes=wishes,
            outcome=outcome,
            actor="shopper",
            key=key,
            note=note,
            locale=locale,
            method=method,
            # There is nothing else to choose: the money is the buyer's.
            exchange=ExchangeWish(instead=Instead.STORE_CREDIT),
        )
        return carry_out(
            asked,
            judge_gift(gift, at=at),
            version=saved_version(order, at=at),
            at=at,
            gift=gift,
            recipient=take_in_contact(facts, merchant=get_merchant(), at=at),
            address=asdict(replace(address, name=name)),
        )


def _hash(typed: str) -> str:
    """Return what a code is found by, however it was written down."""
    code = "".join(one for one in typed.upper() if one.isalnum()).translate(_MISREAD)
    return hashlib.sha256(f"gift:{code}".encode()).hexdigest()
