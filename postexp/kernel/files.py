"""Files for staff only: uploads to import, and downloads made for them. Never served by address."""

from django.core.files.storage import Storage, storages
from django.db import transaction


def private_files() -> Storage:
    """Return where they are kept: the storage `private` of the settings."""
    return storages["private"]


def delete_after_commit(path: str) -> None:
    """Delete a private file once the transaction that forgets it has come true."""
    transaction.on_commit(lambda: private_files().delete(path))
