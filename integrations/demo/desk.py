"""What waits on the desk of a demo shop beside its returns, so that nothing there is empty.

Saved texts, a statement of withdrawal, a parcel nobody announced, and two gift receipts, one of
which was used.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from commerce import selectors as commerce
from commerce.ports import AddressFacts
from postexp.kernel import clock
from returns.enums import Outcome
from returns.errors import ReturnsError
from returns.selectors import judge
from returns.selectors.macros import list_macros
from returns.services import Wish
from returns.services.gifts import make_gift_code, request_gift_return
from returns.services.macros import save_macro
from returns.services.unannounced import receive_unannounced
from returns.services.withdrawals import Statement, receive_withdrawal

if TYPE_CHECKING:
    from commerce.models import Order

TEXTS = (
    (
        {"ja": "写真のお願い", "en": "Ask for a photo"},
        True,
        {
            "ja": (
                "返品{return_number}について、写真をお送りください",
                "{items}の状態がわかる写真を1枚、このメールへの返信でお送りいただけますでしょうか。"
                "届きしだい、すぐに確認いたします。",
            ),
            "en": (
                "A photo for your return {return_number}",
                "Could you send us one photo of {items} in reply to this mail? "
                "We decide on the day it comes.",
            ),
        },
    ),
    (
        {"ja": "荷物のご発送のお願い", "en": "Remind of the parcel"},
        False,
        {
            "ja": (
                "返品{return_number}のご発送について",
                "{items}のご返送は{send_by}までにお願いいたします。"
                "すでに発送済みの場合は、このメールへのご返信は不要です。",
            ),
            "en": (
                "Your return {return_number}",
                "Please send {items} by {send_by}. "
                "If the parcel is already on its way, there is nothing left to do.",
            ),
        },
    ),
)
"""Name by language, whether it waits for an answer, and subject and text by language."""

NOTES = {"ja": "青いマグカップ。送り状に名前なし", "en": "A blue mug, no name on the label"}
GIVEN_TO = {"ja": ("はな", "hana@example.com"), "en": ("June", "june@example.com")}
LIVES_AT = {
    "ja": AddressFacts(
        address1="見本町2-3-4",
        city="横浜市中区",
        province="神奈川県",
        postcode="231-0000",
        country="JP",
    ),
    "en": AddressFacts(
        address1="40 Sample Street", city="Portland", province="OR", postcode="97209", country="US"
    ),
}
CONTRACTS = {"ja": "先週の陶器のマグカップ", "en": "the mug I bought last week"}


@transaction.atomic
def lay_out(*, now: datetime, actor: str) -> None:
    """Put on the desk what waits there; nothing where that was done."""
    if list_macros():
        return
    shop = commerce.get_merchant()
    locale = shop.default_locale
    for names, waits, words in TEXTS:
        written = {
            side: {"subject": subject, "text": text} for side, (subject, text) in words.items()
        }
        at = now - timedelta(days=30)
        save_macro(macro=None, name=names[locale], words=written, waits=waits, at=at, actor=actor)
    at = now - timedelta(hours=22)
    with clock.played(at):
        receive_unannounced(tracking_number="", note=NOTES[locale], at=at, actor=actor)
    _withdraw(locale, now - timedelta(hours=5))
    orders = iter(commerce.list_orders(state="open")[:60])
    any(_give(order, locale, now - timedelta(hours=30), actor) for order in orders)
    any(_give(order, "", now - timedelta(hours=3), actor) for order in orders)


def _withdraw(locale: str, at: datetime) -> None:
    """Let somebody withdraw from a contract that nobody can name by what they wrote."""
    contract = CONTRACTS[locale]
    statement = Statement(
        name="Anna Weber",
        contract=contract,
        contact="anna.weber@example.com",
        goods="",
        words=f"Anna Weber, anna.weber@example.com: {contract}",
        locale=locale,
    )
    with clock.played(at):
        receive_withdrawal(statement, key="demo-withdrawal", at=at)


def _give(order: Order, returned_by: str, at: datetime, actor: str) -> bool:
    """Print a gift receipt for the first thing of an order that may come back.

    Where it is `returned_by` somebody, named by their language, they take credit for it.
    """
    judgement = judge(order, at=at)
    line = next((one.line for one in judgement.lines if one.decision.returnable), None)
    if line is None:
        return False
    try:
        with transaction.atomic(), clock.played(at):
            gift = make_gift_code(
                order_id=order.public_id, units={line.public_id: 1}, at=at, actor=actor
            )
            if returned_by:
                name, email = GIVEN_TO[returned_by]
                request_gift_return(
                    gift_id=gift.public_id,
                    wishes=[Wish(line=line.public_id, quantity=1, reason="changed_mind")],
                    outcome=Outcome.STORE_CREDIT,
                    name=name,
                    email=email,
                    address=LIVES_AT[returned_by],
                    locale=returned_by,
                    key=f"demo-{gift.public_id}",
                    at=at,
                )
    except ReturnsError:
        return False
    return True
