"""Signed links: a token bound to one purpose and one object. It outlives the parcel's journey."""

from django.core.signing import BadSignature, Signer


class BadToken(Exception):
    """The token was not made by us, or for another purpose."""


def sign(purpose: str, object_id: str) -> str:
    """Return a URL-safe token that names one object for one purpose."""
    return Signer(salt=f"postexp.{purpose}", sep=".").sign(object_id)


def unsign(purpose: str, token: str) -> str:
    """Return the object a token names; raises BadToken."""
    try:
        return Signer(salt=f"postexp.{purpose}", sep=".").unsign(token)
    except BadSignature as error:
        raise BadToken from error
