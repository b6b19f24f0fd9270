"""Shops and the people who run them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from commerce.enums import Role
from commerce.errors import AddressTaken, LastOwner
from commerce.events import MerchantChanged, StaffChanged
from commerce.models import Membership, Merchant, User
from commerce.services.sandboxes import follow_member
from postexp.kernel.events import append
from postexp.kernel.tenancy import merchant_scope

EDITABLE = frozenset(
    {
        "slug",
        "name_en",
        "name_ja",
        "locales",
        "default_locale",
        "time_zone",
        "site_url",
        "support_email",
        "support_phone",
        "hours_en",
        "hours_ja",
        "theme",
        "site_words",
        "logo",
    }
)


def open_shop(*, owner: User, at: datetime, **fields: Any) -> Merchant:
    """Open a shop with its owner. Publishes StaffChanged. Raises AddressTaken."""
    with transaction.atomic():
        merchant = Merchant(**fields)
        _save(merchant)
        with merchant_scope(merchant.pk):
            add_member(merchant=merchant, user=owner, role=Role.OWNER, by=owner, at=at)
    return merchant


def open_stage(*, at: datetime) -> Merchant:
    """Open a throw-away shop without staff, on which recorded requests are played."""
    return Merchant.objects.create(
        slug=f"replay-{at:%Y%m%d}-{secrets.token_hex(4)}",
        name_en=f"Replay of {at:%Y-%m-%d %H:%M}",
        is_demo=True,
    )


def change_merchant(
    *, merchant: Merchant, changes: Mapping[str, Any], by: User, at: datetime
) -> Merchant:
    """Change a shop's settings; prepared pages are made anew. Publishes MerchantChanged.

    The addresses it had before lead to it still. Raises AddressTaken.
    """
    unknown = set(changes) - EDITABLE
    if unknown:
        raise ValueError(f"Not a setting of a shop: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        merchant = Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
        earlier = merchant.slug
        for name, value in changes.items():
            setattr(merchant, name, value)
        if merchant.slug != earlier:
            merchant.former_slugs = sorted({*merchant.former_slugs, earlier} - {merchant.slug})
        _save(merchant)
        Merchant.objects.filter(pk=merchant.pk).update(theme_version=F("theme_version") + 1)
        merchant.refresh_from_db()
        append(
            MerchantChanged(
                merchant_public_id=merchant.public_id, detail=", ".join(sorted(changes))
            ),
            at=at,
            actor=by.actor,
        )
    return merchant


def add_member(*, merchant: Merchant, user: User, role: str, by: User, at: datetime) -> Membership:
    """Give a person a role in a shop and its test shop, or change it.

    Publishes StaffChanged in both. Raises LastOwner.
    """
    with transaction.atomic():
        Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
        if role != Role.OWNER:
            _keep_an_owner(merchant, user)
        membership, _ = Membership.objects.update_or_create(
            merchant=merchant, user=user, defaults={"role": role}
        )
        _publish(merchant, f"{user.actor} is {role}", by, at)
        follow_member(merchant=merchant, user=user, actor=by.actor, at=at)
    return membership


def remove_member(*, merchant: Merchant, user: User, by: User, at: datetime) -> None:
    """Take a person's role away at once, in the shop and its test shop.

    Publishes StaffChanged in both. Raises LastOwner.
    """
    with transaction.atomic():
        Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
        _keep_an_owner(merchant, user)
        Membership.objects.filter(merchant=merchant, user=user).delete()
        _publish(merchant, f"{user.actor} left", by, at)
        follow_member(merchant=merchant, user=user, actor=by.actor, at=at)


def _save(merchant: Merchant) -> None:
    """Save a shop under an address that no other has or had; raises AddressTaken."""
    try:
        with transaction.atomic():
            merchant.save()
    except IntegrityError as error:
        raise AddressTaken from error
    # Asked after the save: whoever gave the name up a moment ago has committed by now.
    others = Merchant.objects.exclude(pk=merchant.pk)
    if others.filter(former_slugs__contains=[merchant.slug]).exists():
        raise AddressTaken


def _keep_an_owner(merchant: Merchant, leaving: User) -> None:
    owners = Membership.objects.filter(merchant=merchant, role=Role.OWNER)
    if owners.filter(user=leaving).exists() and not owners.exclude(user=leaving).exists():
        raise LastOwner


def _publish(merchant: Merchant, detail: str, by: User, at: datetime) -> None:
    append(
        StaffChanged(merchant_public_id=merchant.public_id, detail=detail), at=at, actor=by.actor
    )
