"""Thanks for a first order with a code of the customer's own.

The code is made when its message is planned, so that the shop has it by the time the message goes.
"""

from __future__ import annotations

from datetime import datetime

from commerce.enums import PromoPurpose
from commerce.selectors import get_merchant, get_order
from commerce.selectors.promos import promo_offer
from commerce.selectors.setup import is_demo_order
from commerce.services.promos import make_promo_code
from notifications.messages import FIRST_THANKS, gives_codes
from notifications.models import Message
from notifications.selectors import is_live


def make_thanks_code(message_id: str, *, at: datetime) -> None:
    """Make the code that thanks will bring: where the shop gives one, sends for real, and the
    customer agreed to offers. Publishes PromoCodeWanted.
    """
    offer = promo_offer(PromoPurpose.THANKS)
    if offer is None or not is_live():
        return
    message = Message.objects.get(public_id=message_id, kind=FIRST_THANKS)
    if is_demo_order(message.order_id) or not gives_codes(message.customer_id):
        return
    order = get_order(message.order_id)
    if order.customer is not None:
        make_promo_code(
            merchant=get_merchant(),
            customer=order.customer,
            purpose=PromoPurpose.THANKS,
            offer=offer,
            thanks_for=order,
            needed_by=message.send_at,
            at=at,
        )
