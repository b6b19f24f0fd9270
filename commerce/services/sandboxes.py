"""The test shop of a shop: made on first use, with its settings; its people follow the shop's."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.events import MerchantChanged, MerchantEvent, SandboxOpened, StaffChanged
from commerce.models import Membership, Merchant, Sandbox, User
from commerce.selectors.merchants import shop_at
from postexp.kernel.events import append
from postexp.kernel.tenancy import merchant_scope

# What a test shop takes over from its shop.
COPIED = (
    *("name_en", "name_ja", "locales", "default_locale", "time_zone", "currency", "country"),
    *("theme", "site_words", "site_url", "support_email", "support_phone", "hours_en", "hours_ja"),
    "two_factors_required",
)


def open_sandbox(*, merchant: Merchant, by: User, at: datetime) -> Merchant:
    """Return the shop's test shop; it is opened the first time it is asked for.

    It begins with the shop's settings and people, and without orders. Its messages are in dry run
    as those of every new shop. Publishes SandboxOpened the first time.
    """
    with transaction.atomic():
        Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
        known = Sandbox.objects.select_related("twin").filter(merchant=merchant).first()
        if known is not None:
            return known.twin
        twin = Merchant.objects.create(
            slug=_free_slug(merchant.slug),
            **{name: getattr(merchant, name) for name in COPIED},
        )
        Sandbox.objects.create(merchant=merchant, twin=twin)
        Membership.objects.bulk_create(
            Membership(merchant=twin, user_id=one.user_id, role=one.role)
            for one in Membership.objects.filter(merchant=merchant)
        )
        opened = SandboxOpened(merchant_public_id=merchant.public_id, detail=twin.slug)
        _tell(merchant, opened, by.actor, at)
    return twin


def follow_member(*, merchant: Merchant, user: User, actor: str, at: datetime) -> None:
    """Give a person the role in the shop's test shop that they have in the shop, or none.

    In the caller's transaction. Publishes StaffChanged in the test shop.
    """
    twin = find_sandbox(merchant)
    if twin is None:
        return
    member = Membership.objects.filter(merchant=merchant, user=user).first()
    if member is None:
        Membership.objects.filter(merchant=twin, user=user).delete()
        detail = f"{user.actor} left"
    else:
        Membership.objects.update_or_create(
            merchant=twin, user=user, defaults={"role": member.role}
        )
        detail = f"{user.actor} is {member.role}"
    _tell(twin, StaffChanged(merchant_public_id=twin.public_id, detail=detail), actor, at)


def follow_two_factors(
    *, merchant: Merchant, required: bool, detail: str, actor: str, at: datetime
) -> None:
    """Ask for two factors in the shop's test shop as in the shop. In the caller's transaction.

    Publishes MerchantChanged in the test shop, with `detail`.
    """
    twin = find_sandbox(merchant)
    if twin is None:
        return
    Merchant.objects.filter(pk=twin.pk).update(two_factors_required=required)
    _tell(twin, MerchantChanged(merchant_public_id=twin.public_id, detail=detail), actor, at)


def find_sandbox(merchant: Merchant) -> Merchant | None:
    """Return the shop's test shop, or None where it has none yet."""
    known = Sandbox.objects.select_related("twin").filter(merchant=merchant).first()
    return known.twin if known else None


def is_sandbox(merchant: Merchant) -> bool:
    """Whether a shop is the test shop of another."""
    return Sandbox.objects.filter(twin=merchant).exists()


def _tell(merchant: Merchant, event: MerchantEvent, actor: str, at: datetime) -> None:
    with merchant_scope(merchant.pk):
        append(event, at=at, actor=actor)


def _free_slug(slug: str) -> str:
    stem = f"{slug[:33]}-test"
    names = (stem, *(f"{stem}{number}" for number in range(2, 100)))
    return next(name for name in names if shop_at(name) is None)
