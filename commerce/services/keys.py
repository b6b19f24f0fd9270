"""API keys: made once, shown once, revocable."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from commerce.enums import Scope
from commerce.events import ApiKeyChanged
from commerce.models import ApiKey, Merchant, User
from commerce.services.sandboxes import is_sandbox
from postexp.kernel.events import append
from postexp.kernel.secrets import hash_key

# Writing the time of use on every call would make each read a write.
USE_STEP = timedelta(minutes=1)
LIVE, TEST = "pxk_", "pxt_"
REPLAYS = "Replays from the log"


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """A key just made; `secret` is shown once and not kept."""

    key: ApiKey
    secret: str


def create_key(
    *, merchant: Merchant, name: str, scopes: Sequence[str], by: User, at: datetime
) -> NewKey:
    """Make an API key for a shop; one of a test shop begins with `pxt_`.

    Its requests speak today's version of the API until they name another. Publishes ApiKeyChanged.
    """
    prefix = TEST if is_sandbox(merchant) else LIVE
    secret = f"{prefix}{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        key = ApiKey.objects.create(
            name=name,
            prefix=secret[:10],
            key_hash=hash_key(secret),
            scopes=list(scopes),
            created_by=by,
            created_at=at,
        )
        _publish(merchant, f"made {key.public_id}", by, at)
    return NewKey(key=key, secret=secret)


def revoke_key(*, merchant: Merchant, key: ApiKey, by: User, at: datetime) -> None:
    """Revoke a key at once; a revoked key stays in the list. Publishes ApiKeyChanged."""
    with transaction.atomic():
        ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at)
        _publish(merchant, f"revoked {key.public_id}", by, at)


def key_for_replays(*, merchant: Merchant, by: User, at: datetime) -> ApiKey:
    """Return the key that requests are tried with in a test shop, made on first use.

    Nobody holds its secret. Publishes ApiKeyChanged when it is made.
    """
    with transaction.atomic():
        Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
        known = ApiKey.objects.filter(name=REPLAYS, revoked_at=None).order_by("id").first()
        if known is not None:
            return known
        made = create_key(merchant=merchant, name=REPLAYS, scopes=list(Scope), by=by, at=at)
        return made.key


def touch_key(key: ApiKey, *, at: datetime) -> None:
    """Remember when a key was last used, to the minute."""
    if key.last_used_at is None or at - key.last_used_at > USE_STEP:
        ApiKey.every_merchant.filter(pk=key.pk).update(last_used_at=at)


def _publish(merchant: Merchant, detail: str, by: User, at: datetime) -> None:
    append(
        ApiKeyChanged(merchant_public_id=merchant.public_id, detail=detail), at=at, actor=by.actor
    )
