"""Reads of gift codes, and of what can be done with one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Sum
from django.http import Http404

from commerce import links
from postexp.kernel import signing
from returns.enums import Outcome, ReturnState
from returns.models import GiftCode, GiftUnits, Return, ReturnLine
from returns.selectors.cases import access_return
from returns.selectors.eligibility import Judgement, judge
from returns.selectors.limits import limited

if TYPE_CHECKING:
    from commerce.models import Merchant, Order

GIFT = "gift"
RECIPIENT = "gift-return"
OUTCOMES = (Outcome.EXCHANGE, Outcome.STORE_CREDIT)
"""What who was given something can have: never the money, which is the buyer's."""
_UNDONE = (ReturnState.REJECTED, ReturnState.CANCELLED, ReturnState.EXPIRED)


def gift_url(merchant: Merchant, gift: GiftCode, locale: str = "") -> str:
    """Return the absolute address a gift code stands for, as on its receipt."""
    return links.site_url(merchant, "site:gift", locale, gift_token(gift))


def gift_token(gift: GiftCode) -> str:
    """Return the token that opens a gift's page to whoever has its receipt."""
    return signing.sign(GIFT, gift.public_id)


def recipient_token(case: Return) -> str:
    """Return the token that opens a gift's return to who asked for it.

    The receipt does not: its buyer may have it, too.
    """
    return signing.sign(RECIPIENT, case.public_id)


def access_by_recipient(token: str) -> Return:
    """Return the gift's return a token opens to its recipient; raises signing.BadToken, and Http404
    for another shop's.
    """
    return access_return(signing.unsign(RECIPIENT, token))


def return_token(case: Return) -> str:
    """Return the token that opens a return's pages to who asked for it."""
    if case.gift_id is not None:
        return recipient_token(case)
    return links.order_token(case.order.public_id)


def access_gift_by_token(token: str) -> GiftCode:
    """Return the gift a token opens, ended or not; raises Http404 for a forged one."""
    try:
        return access_gift(signing.unsign(GIFT, token))
    except signing.BadToken:
        raise Http404 from None


def access_gift(public_id: str) -> GiftCode:
    """Return a gift code of the scope's shop for a page; raises Http404."""
    found: GiftCode | None = (
        GiftCode.objects.select_related("order__customer").filter(public_id=public_id).first()
    )
    if found is None:
        raise Http404
    return found


def list_gifts(order: Order) -> list[GiftCode]:
    """Return the gift codes of an order that still open something, newest first."""
    found = GiftCode.objects.filter(order=order, ended_at=None)
    return list(found.prefetch_related("units__order_line__product").order_by("-id"))


def list_gift_units(gift: GiftCode) -> list[GiftUnits]:
    """Return the units a gift code is for."""
    return list(GiftUnits.objects.filter(gift=gift).select_related("order_line__product"))


def has_open_return(gift: GiftCode) -> bool:
    """Whether something was asked for with a gift code that was not undone since."""
    return bool(Return.objects.filter(gift=gift).exclude(state__in=_UNDONE).exists())


def judge_gift(gift: GiftCode, *, at: datetime) -> Judgement:
    """Return what can be done with a gift's units: another one, or store credit.

    An ended code offers nothing.
    """
    if gift.ended_at is not None:
        return limited(judge(gift.order, at=at), {}, OUTCOMES)
    used = dict(
        ReturnLine.objects.filter(case__gift=gift)
        .exclude(case__state__in=_UNDONE)
        .order_by()
        .values_list("order_line__public_id")
        .annotate(units=Sum("quantity"))
    )
    left = {
        one.order_line.public_id: one.quantity - used.get(one.order_line.public_id, 0)
        for one in list_gift_units(gift)
    }
    return limited(judge(gift.order, at=at), left, OUTCOMES)


def spaced_code(gift: GiftCode) -> str:
    """Return a code as people read it: in groups of four."""
    return "-".join(gift.code[start : start + 4] for start in range(0, len(gift.code), 4))
