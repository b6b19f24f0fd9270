"""Erasing a whole shop: ordered by an owner, carried out in steps, leaving nothing."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import datetime

from django.core.files.storage import Storage, default_storage
from django.db import IntegrityError, transaction

from commerce.errors import WrongSlug
from commerce.models import ApiKey, Invitation, Membership, Merchant, ShopErasure, User
from commerce.ports import list_ends_of_shops
from commerce.selectors.data import is_idle
from commerce.services.privacy.exports import folder_of, picture_paths
from commerce.services.sandboxes import find_sandbox
from postexp.kernel.erasing import (
    children_first,
    first_stretch,
    forget_rows,
    forget_what_is_left,
)
from postexp.kernel.files import private_files
from postexp.kernel.outbox import skip_open
from postexp.kernel.tenancy import merchant_scope

logger = logging.getLogger(__name__)

KEPT_TO_THE_END = ("commerce_shoperasure",)


def order_erasure(*, merchant: Merchant, typed: str, by: User, at: datetime) -> None:
    """Order that a shop, with its test shop, be erased; it is closed at once, for everybody.

    `typed` is the shop's short name as the owner wrote it; raises WrongSlug for another. Accounts
    of staff who belong to no other shop go with it, but for whoever ordered it and operators. The
    caller hands the work to a worker after the commit.
    """
    if typed.strip() != merchant.slug:
        raise WrongSlug
    with transaction.atomic():
        staff = _close(merchant, by, at)
        twin = find_sandbox(merchant)
        if twin is not None:
            with merchant_scope(twin.pk):
                _close(twin, by, at)
        User.objects.filter(pk__in=staff, memberships=None, is_staff=False).exclude(
            pk=by.pk
        ).delete()
    logger.info("the erasure of shop %s was ordered", merchant.pk)


def _close(merchant: Merchant, by: User, at: datetime) -> list[int]:
    """Order one shop's erasure, let nobody in and nothing out any more; return who worked there."""
    locked = Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    ShopErasure.objects.create(asked_by_id=by.pk, asked_at=at)
    # No address leads to the shop any more, and no program's key opens it.
    locked.slug, locked.former_slugs = f"erased-{secrets.token_hex(8)}", []
    locked.save(update_fields=["slug", "former_slugs"])
    ApiKey.objects.update(revoked_at=at)
    Invitation.objects.all().delete()
    staff = list(Membership.objects.filter(merchant=locked).values_list("user_id", flat=True))
    Membership.objects.filter(merchant=locked).delete()
    for end in list_ends_of_shops():
        end(at)
    skip_open(at=at)
    return staff


def erase_shop(*, merchant: Merchant, until: datetime, now: Callable[[], datetime]) -> bool:
    """Erase for a while; return whether nothing of the shop is left. Begun again, it goes on."""
    if not _claim(now()):
        return False
    for path in picture_paths(merchant):
        default_storage.delete(path)
    _delete_folder(private_files(), folder_of())
    try:
        if not _erase_tables(merchant, until, now):
            ShopErasure.objects.update(beat_at=None)
            return False
        with transaction.atomic():
            forget_what_is_left(merchant.pk)
            Merchant.objects.filter(pk=merchant.pk).delete()
    except IntegrityError:
        # A row came in meanwhile that points to one to be deleted: next time it goes before that.
        ShopErasure.objects.update(beat_at=None, table="", position=0)
        return False
    logger.info("shop %s is erased", merchant.pk)
    return True


def _erase_tables(merchant: Merchant, until: datetime, now: Callable[[], datetime]) -> bool:
    """Go through the tables from where the last run stopped; return whether it came to the end."""
    tables = [table for table in children_first() if table.name not in KEPT_TO_THE_END]
    erasure = ShopErasure.objects.get()
    while stretch := first_stretch(tables, erasure.table, erasure.position):
        with transaction.atomic():
            erasure.rows += forget_rows(merchant.pk, stretch)
            erasure.table, erasure.position = stretch.table.name, stretch.end
            erasure.beat_at = now()
            erasure.save()
        if erasure.beat_at >= until:
            return False
    return True


def _claim(at: datetime) -> bool:
    return bool(ShopErasure.objects.filter(is_idle(at)).update(beat_at=at))


def _delete_folder(storage: Storage, folder: str) -> None:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        storage.delete(f"{folder}/{name}")
    for name in folders:
        _delete_folder(storage, f"{folder}/{name}")
    storage.delete(folder)
