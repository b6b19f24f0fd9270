"""Files for staff only: uploads to import, and downloads made for them. Never served by address."""

from django.core.files.storage import Storage, storages


def private_files() -> Storage:
    """Return where they are kept: the storage `private` of the settings."""
    return storages["private"]
