"""The shoppers of the demo shops: most read the mails they get, some follow a link, a few answer.

So the report, the costs and the page of what was received have something to show. Nothing leaves
the demo shops for it; mails of other shops are not read, also where those hold demo data.
"""

from __future__ import annotations

from datetime import datetime
from random import Random

from commerce.selectors import get_merchant
from notifications.enums import TO_SHOPPERS, Medium, ReceiptKind
from notifications.selectors.messages import get_message
from notifications.services import note_receipt, take_in_reply

OPENED, CLICKED = 0.68, 0.42
"""The share of mails that are opened, and of these the share whose link is followed."""
ANSWERED = {"shipment.delayed": 0.3, "shipment.delivered": 0.05}
"""The share of opened mails that are answered, by their kind."""

ANSWERS = {
    "shipment.delayed": {
        "en": "Thanks for letting me know. Will it still come before the weekend?",
        "ja": "ご連絡ありがとうございます。週末までに届きますでしょうか。",
    },
    "shipment.delivered": {
        "en": "It arrived, and it is lovely. Thank you!",
        "ja": "無事に届きました。とても気に入っています。ありがとうございました。",
    },
}


def read_mail(message_id: str, *, at: datetime) -> None:
    """Do with a mail what its made-up shopper does: the same for the same message."""
    message = get_message(message_id)
    if not get_merchant().is_demo or message.klass not in TO_SHOPPERS:
        return
    if message.channel != Medium.EMAIL:
        return
    chance = Random(message_id)
    _tell(message_id, ReceiptKind.DELIVERED, at)
    if chance.random() > OPENED:
        return
    _tell(message_id, ReceiptKind.OPENED, at)
    if chance.random() < CLICKED:
        _tell(message_id, ReceiptKind.CLICKED, at)
    if chance.random() < ANSWERED.get(message.kind, 0):
        take_in_reply(
            channel=Medium.EMAIL,
            address=message.address,
            provider_id=f"demo-{message_id}",
            subject=f"Re: {message.subject}",
            text=ANSWERS[message.kind][message.locale],
            at=at,
        )


def _tell(message_id: str, kind: ReceiptKind, at: datetime) -> None:
    note_receipt(channel=Medium.EMAIL, message_id=message_id, kind=kind, at=at)
