"""Public ids: a prefix that names the kind of object, and 128 random bits."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz"
# 23 characters of a 54-letter alphabet hold 132 bits: no one guesses or meets a twin.
LENGTH = 23


def new_id(prefix: str) -> str:
    """Return a new unguessable public id such as `ord_4Xk…`."""
    return f"{prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(LENGTH))}"
