"""Public ids: a prefix that names the kind of object, and 128 random bits."""

import secrets

ALPHABET = b"0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz"
# 23 characters of a 54-letter alphabet hold 132 bits: no one guesses or meets a twin.
LENGTH = 23

# Four bytes stand for each letter. The 40 left over would favour some, so they are dropped.
LETTERS = bytes(ALPHABET[byte % len(ALPHABET)] for byte in range(256))
LEFT_OVER = bytes(range(256 - 256 % len(ALPHABET), 256))


def new_id(prefix: str) -> str:
    """Return a new unguessable public id such as `ord_4Xk…`."""
    letters = b""
    while len(letters) < LENGTH:  # one turn nearly always: 54 of 64 bytes are letters
        letters += secrets.token_bytes(64).translate(LETTERS, LEFT_OVER)
    return f"{prefix}_{letters[:LENGTH].decode()}"
