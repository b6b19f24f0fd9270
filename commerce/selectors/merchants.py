"""Reads of shops, their people and their keys."""

from __future__ import annotations

from django.http import Http404

from commerce.models import ApiKey, Membership, Merchant, User
from postexp.kernel.tenancy import current_merchant_id


def get_merchant() -> Merchant:
    """Return the shop of the scope."""
    return Merchant.objects.get(pk=current_merchant_id())


def shop_at(slug: str) -> Merchant | None:
    """Return the shop an address names, by its short name of today or an earlier one."""
    return (
        Merchant.objects.filter(slug=slug).first()
        or Merchant.objects.filter(former_slugs__contains=[slug]).first()
    )


def membership_at(slug: str, user_id: int) -> Membership | None:
    """Return a person's membership in the shop an address names, today or earlier."""
    own = Membership.objects.select_related("merchant").filter(user_id=user_id)
    return (
        own.filter(merchant__slug=slug).first()
        or own.filter(merchant__former_slugs__contains=[slug]).first()
    )


def get_user(user_id: int) -> User | None:
    """Return a person of the scope's shop, or None."""
    return User.objects.filter(pk=user_id, memberships__merchant_id=current_merchant_id()).first()


def first_shop(user: User) -> Merchant | None:
    """Return the shop a person starts in, or None for one who belongs to none."""
    return Merchant.objects.filter(memberships__user=user).order_by("memberships__id").first()


def list_members() -> list[Membership]:
    """Return the people of the scope's shop, the first to join on top."""
    return list(
        Membership.objects.filter(merchant_id=current_merchant_id())
        .select_related("user")
        .order_by("id")
    )


def access_member(membership_id: int) -> Membership:
    """Return a membership of the scope's shop; raises Http404."""
    found = (
        Membership.objects.filter(merchant_id=current_merchant_id(), pk=membership_id)
        .select_related("user")
        .first()
    )
    if found is None:
        raise Http404
    return found


def list_keys() -> list[ApiKey]:
    """Return the API keys of the scope's shop: those in force first, then the newest."""
    keys = ApiKey.objects.select_related("created_by").order_by("-id")
    return sorted(keys, key=lambda key: key.revoked_at is not None)


def access_key(public_id: str) -> ApiKey:
    """Return an API key of the scope's shop; raises Http404."""
    found: ApiKey | None = ApiKey.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
