"""Promo codes for one customer each: made once, created in the shop, and used once."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from commerce.enums import PromoPurpose, PromoState
from commerce.errors import AlreadySettled, ImpossibleOffer
from commerce.events import (
    PromoCodeChanged,
    PromoCodeToEnter,
    PromoCodeUsed,
    PromoCodeWanted,
    PromoTermsChanged,
)
from commerce.models import Customer, Merchant, Order, PromoCode, PromoTerms
from commerce.ports import PromoFacts, promo_platform_for
from commerce.rules.promos import PromoOffer, good_until, is_possible, normal_code, write_code
from postexp.kernel.events import append

LEAD = timedelta(hours=1)
"""How long before it is needed a platform creates a code: of what is called off until then, none
is left in the shop."""

ATTEMPTS = 5


def set_promo_terms(
    *,
    merchant: Merchant,
    purpose: PromoPurpose,
    offer: PromoOffer | None,
    at: datetime,
    actor: str,
) -> None:
    """Say what codes for a purpose give from now on, None for no codes; made ones stay as they are.

    Publishes PromoTermsChanged. Raises ImpossibleOffer.
    """
    if offer is not None and not is_possible(offer):
        raise ImpossibleOffer
    with transaction.atomic():
        if offer is None:
            PromoTerms.objects.filter(purpose=purpose).delete()
        else:
            PromoTerms.objects.update_or_create(
                purpose=purpose,
                defaults={
                    "percent": offer.percent,
                    "amount": offer.amount,
                    "currency": offer.currency,
                    "minimum": offer.minimum,
                    "days": offer.days,
                    "changed_at": at,
                    "changed_by": actor,
                },
            )
        append(
            PromoTermsChanged(merchant_public_id=merchant.public_id, detail=purpose),
            at=at,
            actor=actor,
        )


def make_promo_code(
    *,
    merchant: Merchant,
    customer: Customer,
    purpose: PromoPurpose,
    offer: PromoOffer,
    thanks_for: Order,
    needed_by: datetime,
    at: datetime,
    actor: str = "system",
) -> PromoCode:
    """Make a customer's code for a purpose; made before, that one is returned as it is.

    A platform that takes it creates it shortly before `needed_by`; else staff enter it by hand.
    Its days count from then. Publishes PromoCodeWanted or PromoCodeToEnter. Raises ImpossibleOffer.
    """
    if not is_possible(offer):
        raise ImpossibleOffer
    begins = max(at, needed_by)
    made = PromoCode(
        customer=customer,
        purpose=purpose,
        percent=offer.percent,
        amount=offer.amount,
        currency=offer.currency,
        minimum=offer.minimum,
        valid_from=at,
        valid_until=good_until(begins, offer.days, merchant.zone),
        thanks_for=thanks_for,
        made_at=at,
        needed_by=begins,
    )
    with transaction.atomic():
        platform = promo_platform_for(thanks_for.source)
        made.platform = platform.name if platform else ""
        if (known := _insert(made)) is not None:
            return known
        if platform is None:
            append(PromoCodeToEnter(**_names(made)), at=at, actor=actor)
        else:
            wanted = PromoCodeWanted(**_names(made), platform=platform.name)
            append(wanted, at=at, actor=actor, not_before=max(at, begins - LEAD))
    return made


def _insert(made: PromoCode) -> PromoCode | None:
    """Insert a code under a word nobody has; return the customer's own where they have one.

    One that was dropped makes room: nobody was told of it.
    """
    mine = PromoCode.objects.filter(customer=made.customer, purpose=made.purpose)
    mine.filter(state=PromoState.DROPPED).delete()
    for _ in range(ATTEMPTS):
        if (known := mine.first()) is not None:
            return known
        made.code = write_code(secrets.randbelow)
        try:
            with transaction.atomic():
                made.save(force_insert=True)
            return None
        except IntegrityError:
            # Another worker made one for this customer, or somebody has this very word.
            continue
    raise RuntimeError("No free promo code was found.")


def promo_to_create(promo_id: str, *, at: datetime) -> PromoFacts | None:
    """Return a code as its platform needs it; None where it is not wanted (any more).

    That of an order that was cancelled is dropped. Publishes PromoCodeChanged.
    """
    with transaction.atomic():
        promo = _lock(promo_id)
        if promo is None or promo.state != PromoState.WANTED:
            return None
        if promo.thanks_for is None or promo.thanks_for.cancelled_at is not None:
            _change(promo, PromoState.DROPPED, at=at)
            return None
    return PromoFacts(
        key=promo.public_id,
        code=promo.code,
        percent=promo.percent,
        amount=promo.amount,
        currency=promo.currency,
        minimum=promo.minimum,
        valid_from=promo.valid_from,
        valid_until=promo.valid_until,
    )


def promo_created(promo_id: str, *, reference: str, at: datetime, actor: str) -> None:
    """Note that a code is good in the shop now. Publishes PromoCodeChanged."""
    with transaction.atomic():
        promo = _lock(promo_id)
        if promo is not None and promo.state == PromoState.WANTED:
            promo.reference = reference[:255]
            _change(promo, PromoState.CREATED, at=at, actor=actor)


def promo_refused(promo_id: str, *, why: str, at: datetime, actor: str) -> None:
    """Note that the platform does not create a code, and why. Publishes PromoCodeChanged and
    PromoCodeToEnter.
    """
    with transaction.atomic():
        promo = _lock(promo_id)
        if promo is not None and promo.state == PromoState.WANTED:
            _change(promo, PromoState.REFUSED, detail=why, at=at, actor=actor)
            append(PromoCodeToEnter(**_names(promo)), at=at, actor=actor)


def enter_promo(promo_id: str, *, at: datetime, actor: str) -> PromoCode:
    """Note that staff entered a code in the shop by hand, such as one that was refused.

    Publishes PromoCodeChanged. Raises AlreadySettled, and PromoCode.DoesNotExist.
    """
    with transaction.atomic():
        promo = _lock(promo_id)
        if promo is None:
            raise PromoCode.DoesNotExist
        if not promo.is_by_hand:
            raise AlreadySettled
        _change(promo, PromoState.CREATED, at=at, actor=actor)
    return promo


def drop_promo(order_id: str, purpose: PromoPurpose, *, at: datetime) -> None:
    """Drop the code that was made for an order and is not in the shop yet: nobody was told of it.

    Publishes PromoCodeChanged.
    """
    with transaction.atomic():
        waiting = PromoCode.objects.select_for_update(no_key=True).filter(
            thanks_for__public_id=order_id,
            purpose=purpose,
            state__in=(PromoState.WANTED, PromoState.REFUSED),
        )
        for promo in waiting.order_by("pk"):
            _change(promo, PromoState.DROPPED, at=at)


def note_promo_used(order: Order, codes: Collection[str], *, at: datetime) -> None:
    """Note which codes of ours an order came in with, each once. Publishes PromoCodeUsed."""
    typed = {normal_code(code) for code in codes if code.strip()}
    if not typed:
        return
    mine = PromoCode.objects.select_for_update(no_key=True).filter(code__in=typed, used_at=None)
    for promo in mine.order_by("pk"):
        promo.used_on, promo.used_at = order, order.placed_at
        promo.save(update_fields=["used_on", "used_at"])
        used = PromoCodeUsed(
            order_id=order.public_id,
            happened_at=order.placed_at.isoformat(),
            promo_id=promo.public_id,
        )
        append(used, at=at)


def _lock(promo_id: str) -> PromoCode | None:
    found: PromoCode | None = (
        PromoCode.objects.select_for_update(no_key=True, of=("self",))
        .select_related("customer", "thanks_for")
        .filter(public_id=promo_id)
        .first()
    )
    return found


def _change(
    promo: PromoCode,
    state: PromoState,
    *,
    at: datetime,
    detail: str = "",
    actor: str = "system",
) -> None:
    promo.state, promo.detail = state, detail[:500]
    promo.save(update_fields=["state", "detail", "reference"])
    append(PromoCodeChanged(**_names(promo), state=state), at=at, actor=actor)


def _names(promo: PromoCode) -> dict[str, str]:
    return {"customer_id": promo.customer.public_id, "promo_id": promo.public_id}
