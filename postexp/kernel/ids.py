"""Public ids: a prefix that names the kind of object, and 128 random bits."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz"
# 23 characters of a 54-letter alphabet hold 132 bits: no one guesses or meets a twin.
LENGTH = 23


def new_id(prefix: str) -> str:
    """Return a new unguessable public id such as `ord_4Xk…`."""
    number = secrets.randbelow(len(ALPHABET) ** LENGTH)
    letters = []
    for _ in range(LENGTH):
        number, at = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[at])
    return f"{prefix}_{''.join(letters)}"
