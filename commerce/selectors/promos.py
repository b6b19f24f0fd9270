"""Reads of promo codes."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import Http404

from commerce.enums import PromoPurpose, PromoState
from commerce.models import PromoCode, PromoTerms
from commerce.rules.promos import PromoOffer, good_until, normal_code
from commerce.selectors.merchants import get_merchant

SAMPLE = "7KQ4D-XM9TR"

BY_HAND = Q(state=PromoState.REFUSED) | Q(state=PromoState.WANTED, platform="")
"""What waits for staff to enter it in the shop."""


def promo_offer(purpose: PromoPurpose) -> PromoOffer | None:
    """Return what the shop gives for a purpose, or None."""
    found: PromoTerms | None = PromoTerms.objects.filter(purpose=purpose).first()
    return found.offer if found else None


def find_promo(customer_id: str, purpose: PromoPurpose) -> PromoCode | None:
    """Return a customer's code for a purpose, by public id, or None."""
    found: PromoCode | None = PromoCode.objects.filter(
        customer__public_id=customer_id, purpose=purpose
    ).first()
    return found


def get_promo(public_id: str) -> PromoCode:
    """Return a promo code; raises PromoCode.DoesNotExist."""
    found: PromoCode = PromoCode.objects.get(public_id=public_id)
    return found


def list_promos(
    *,
    search: str = "",
    state: str = "",
    by_hand: bool = False,
    used: bool | None = None,
    customer_id: str = "",
) -> QuerySet[PromoCode]:
    """Return promo codes, the newest first.

    `search` is a code, `by_hand` those that wait for staff, `used` those an order came in with or
    not, and `customer_id` is a public id.
    """
    promos: QuerySet[PromoCode] = PromoCode.objects.select_related("customer", "used_on")
    if search:
        promos = promos.filter(code__startswith=normal_code(search))
    if state:
        promos = promos.filter(state=state)
    if by_hand:
        promos = promos.filter(BY_HAND)
    if used is not None:
        promos = promos.filter(used_at__isnull=not used)
    if customer_id:
        promos = promos.filter(customer__public_id=customer_id)
    return promos.order_by("-made_at", "-id")


def sample_promo(offer: PromoOffer, *, at: datetime) -> PromoCode:
    """Return a code as one given at an instant would be, to show what it looks like; it is no
    row.
    """
    return PromoCode(
        public_id="prm_sample",
        code=SAMPLE,
        purpose=PromoPurpose.THANKS,
        percent=offer.percent,
        amount=offer.amount,
        currency=offer.currency,
        minimum=offer.minimum,
        valid_from=at,
        valid_until=good_until(at, offer.days, get_merchant().zone),
        made_at=at,
        needed_by=at,
    )


def access_promo(public_id: str) -> PromoCode:
    """Return a promo code of the shop; raises Http404 for another's."""
    found: PromoCode | None = PromoCode.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
