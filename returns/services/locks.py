"""Locks: all writes about one order stand in line behind its row."""

from commerce.selectors import lock_order
from returns.models import Return
from returns.selectors import get_return


def lock_return(return_id: str) -> Return:
    """Return a return with its order's row locked, which orders all writes about one order.

    Raises Return.DoesNotExist.
    """
    lock_order(Return.objects.values_list("order__public_id", flat=True).get(public_id=return_id))
    return get_return(return_id)
