"""The secrets of a local instance: made once, kept in `var/`, never in the repository."""

import base64
import json
import os
import secrets

from launcher.layout import var


def make_keys() -> dict[str, str]:
    """Return new random secrets, in the form the settings want them."""
    return {
        "POSTEXP_SECRET_KEY": secrets.token_urlsafe(50),
        "POSTEXP_ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }


def kept_keys() -> dict[str, str]:
    """Return the secrets of this repository's instance; the first call makes them."""
    file = var() / "keys.json"
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w") as out:
            json.dump(make_keys(), out)
    keys: dict[str, str] = json.loads(file.read_text())
    return keys
