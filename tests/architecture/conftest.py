"""One full shop for all tests of a file."""

from tests.standing import db, full_shop, merchant, other_merchant, owner, standing

__all__ = ("db", "full_shop", "merchant", "other_merchant", "owner", "standing")
