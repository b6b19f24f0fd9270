"""Second factors: the shop's rule about them, and what a person changed about their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from commerce.accounts import has_second_factor
from commerce.errors import NoSecondFactor
from commerce.events import MerchantChanged, StaffSecurityChanged
from commerce.models import Membership, Merchant, User
from commerce.services.sandboxes import follow_two_factors
from postexp.kernel.events import append
from postexp.kernel.tenancy import merchant_scope


def require_two_factors(
    *, merchant: Merchant, required: bool, by: Membership, at: datetime
) -> None:
    """Ask everyone in the shop and its test shop for two factors, or no longer.

    Publishes MerchantChanged in both. Raises NoSecondFactor for someone who would shut themselves
    out by it.
    """
    if required and not has_second_factor(by.user_id):
        raise NoSecondFactor
    with transaction.atomic():
        Merchant.objects.filter(pk=merchant.pk).update(two_factors_required=required)
        detail = "two factors for everyone" if required else "two factors no longer asked for"
        append(
            MerchantChanged(merchant_public_id=merchant.public_id, detail=detail),
            at=at,
            actor=by.user.actor,
        )
        follow_two_factors(
            merchant=merchant, required=required, detail=detail, actor=by.user.actor, at=at
        )


def record_security_change(*, user: User, act: str, factor: str, detail: str, at: datetime) -> None:
    """Tell every shop of a person what they changed about how they sign in.

    `detail` says both in English. Publishes StaffSecurityChanged in each.
    """
    merchants = Merchant.objects.filter(memberships__user=user).order_by("pk")
    with transaction.atomic():
        for merchant in merchants:
            with merchant_scope(merchant.pk):
                append(
                    StaffSecurityChanged(
                        merchant_public_id=merchant.public_id,
                        detail=detail,
                        user_id=user.pk,
                        act=act,
                        factor=factor,
                    ),
                    at=at,
                    actor=user.actor,
                )


# What second factors keep under our cipher, by their place in the row.
ENCRYPTED_PARTS = ("secret", "seed")


def renew_second_factors(renew: Callable[[str], str]) -> int:
    """Encrypt the secrets of second factors anew by `renew`; return how many rows changed."""
    changed = 0
    for factor in Authenticator.objects.select_for_update(no_key=True).order_by("pk"):
        kept = {part: factor.data[part] for part in ENCRYPTED_PARTS if part in factor.data}
        fresh = {part: renew(secret) for part, secret in kept.items()}
        if fresh != kept:
            factor.data |= fresh
            factor.save(update_fields=["data"])
            changed += 1
    return changed
