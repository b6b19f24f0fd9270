"""Secrets at rest: encrypted with rotating keys, or hashed where nobody must read them again."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


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


def hash_key(key: str) -> str:
    """Return the SHA-256 of a random key. Keys have 130 bits of chance, so no salt is needed."""
    return hashlib.sha256(key.encode()).hexdigest()
