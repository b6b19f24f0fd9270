"""Reads of shops and people."""

from commerce.models import Merchant, User
from postexp.kernel.tenancy import current_merchant_id


def get_merchant() -> Merchant:
    """Return the shop of the scope."""
    return Merchant.objects.get(pk=current_merchant_id())


def get_user(user_id: int) -> User | None:
    """Return a person of the scope's shop, or None."""
    return User.objects.filter(pk=user_id, memberships__merchant_id=current_merchant_id()).first()
