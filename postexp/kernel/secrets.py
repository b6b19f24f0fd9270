"""Secrets at rest: encrypted with rotating keys, or hashed where nobody must read them again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Cast


@cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    """Return the cipher of the configured keys: the first encrypts, every one decrypts."""
    return _cipher(tuple(settings.ENCRYPTION_KEYS))


if TYPE_CHECKING:
    TextField = models.TextField[str, str]
else:
    TextField = models.TextField


class EncryptedTextField(TextField):
    """Text that the database sees only as ciphertext."""

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return None if value is None else cipher().decrypt(value.encode()).decode()

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return None if value is None else cipher().encrypt(str(value).encode()).decode()


class LostKey(Exception):
    """A stored secret that none of the configured keys decrypts."""


def encrypted_fields() -> Iterator[tuple[type[models.Model], str]]:
    """Return every model and field that hold secrets."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, EncryptedTextField):
                yield model, field.name


def stored_secrets() -> Iterator[str]:
    """Yield every stored secret as the database holds it, encrypted."""
    for model, name in encrypted_fields():
        everyone: models.QuerySet[Any] = models.QuerySet(model)
        stored = everyone.annotate(
            stored=Cast(models.F(name), output_field=models.TextField())
        ).exclude(stored=None)
        yield from stored.values_list("stored", flat=True).iterator()


def unreadable() -> int:
    """Return how many stored secrets none of the configured keys decrypts."""
    return sum(not _opens(cipher(), secret) for secret in stored_secrets())


_elsewhere: list[Callable[[Callable[[str], str]], int]] = []


def register_secrets(renew_all: Callable[[Callable[[str], str]], int]) -> None:
    """Name secrets that stand in no EncryptedTextField, such as those inside JSON.

    `renew_all(renew)` replaces each ciphertext by `renew(ciphertext)`; it returns how many changed.
    """
    _elsewhere.append(renew_all)


def renewed(secret: str) -> str:
    """Return a ciphertext under the newest key: the same one where it is so already.

    Raises LostKey.
    """
    if _opens(Fernet(settings.ENCRYPTION_KEYS[0]), secret):
        return secret
    if not _opens(cipher(), secret):
        raise LostKey("No key decrypts a stored second factor.")
    return cipher().rotate(secret.encode()).decode()


def rotate() -> int:
    """Encrypt every stored secret with the newest key; return how many had an older one.

    All or nothing, so the older keys are needed no more once it returns. Raises LostKey.
    """
    newest = Fernet(settings.ENCRYPTION_KEYS[0])
    changed = 0
    with transaction.atomic():
        for model, name in encrypted_fields():
            everyone: models.QuerySet[Any] = models.QuerySet(model)
            stored = everyone.select_for_update(no_key=True).annotate(
                stored=Cast(models.F(name), output_field=models.TextField())
            )
            for row_id, secret in stored.order_by("pk").values_list("pk", "stored"):
                if secret is None or _opens(newest, secret):
                    continue
                if not _opens(cipher(), secret):
                    raise LostKey(f"No key decrypts {name} of {model._meta.label} {row_id}.")
                plain = cipher().decrypt(secret.encode()).decode()
                changed += everyone.filter(pk=row_id).update(**{name: plain})
        changed += sum(renew_all(renewed) for renew_all in _elsewhere)
    return changed


def _opens(key: Fernet | MultiFernet, secret: str) -> bool:
    try:
        key.decrypt(secret.encode())
    except InvalidToken:
        return False
    return True


def hash_key(key: str) -> str:
    """Return the SHA-256 of a random key. Keys have 130 bits of chance, so no salt is needed."""
    return hashlib.sha256(key.encode()).hexdigest()
