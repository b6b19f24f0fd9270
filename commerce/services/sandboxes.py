"""The test shop of a shop: made on first use, with the same settings and people."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.models import Membership, Merchant, Sandbox

# What a test shop takes over from its shop.
COPIED = (
    *("name_en", "name_ja", "locales", "default_locale", "time_zone", "currency", "country"),
    *("theme", "site_url", "support_email", "support_phone", "hours_en", "hours_ja"),
)


def open_sandbox(*, merchant: Merchant, at: datetime) -> Merchant:
    """Return the shop's test shop; it is opened the first time it is asked for.

    It begins with the shop's settings and people, and without orders. Its messages are in dry run
    as those of every new shop.
    """
    with transaction.atomic():
        Merchant.objects.select_for_update().get(pk=merchant.pk)
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
    return twin


def find_sandbox(merchant: Merchant) -> Merchant | None:
    """Return the shop's test shop, or None where it has none yet."""
    known = Sandbox.objects.select_related("twin").filter(merchant=merchant).first()
    return known.twin if known else None


def is_sandbox(merchant: Merchant) -> bool:
    """Whether a shop is the test shop of another."""
    return Sandbox.objects.filter(twin=merchant).exists()


def _free_slug(slug: str) -> str:
    stem = f"{slug[:33]}-test"
    taken = set(Merchant.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    names = (stem, *(f"{stem}{number}" for number in range(2, 100)))
    return next(name for name in names if name not in taken)
