"""Payments of an order: what came in by which gateway."""

from collections.abc import Iterable

from commerce.enums import TenderKind
from commerce.ports import TenderFacts
from integrations.payload import Payload
from integrations.shopify.parse.amounts import money_of

_KINDS = {
    "gift_card": TenderKind.GIFT_CARD,
    "shopify_store_credit": TenderKind.STORE_CREDIT,
    "manual": TenderKind.MANUAL,
    "cash on delivery (cod)": TenderKind.CASH_ON_DELIVERY,
    "cash_on_delivery": TenderKind.CASH_ON_DELIVERY,
    "代金引換": TenderKind.CASH_ON_DELIVERY,
    "bank deposit": TenderKind.BANK,
    "bank_deposit": TenderKind.BANK,
    "銀行振込": TenderKind.BANK,
}
# What came in, and what of it was handed back over the counter at once.
_SIGNS = {"sale": 1, "capture": 1, "change": -1}


def kind_of(gateway: str) -> TenderKind:
    """Return what kind of means a gateway takes money by; what is not known is a card."""
    return _KINDS.get(gateway.lower(), TenderKind.CARD)


def parse_payments(body: bytes, currency: str) -> tuple[TenderFacts, ...]:
    """Read the payments of an order, as the API tells them."""
    return tenders_by_gateway(Payload.read(body, "Shopify").children("transactions"), currency)


def tenders_by_gateway(rows: Iterable[Payload], currency: str) -> tuple[TenderFacts, ...]:
    """Return one tender for each gateway that took money, in the order they were first used.

    Each is known by its first payment. What was only authorised, refused or called off is none.
    """
    captured: dict[str, int] = {}
    first: dict[str, str] = {}
    for row in rows:
        sign = _SIGNS.get(row.text("kind"))
        if sign is None or row.text("status") != "success":
            continue
        gateway = row.text("gateway")
        captured[gateway] = captured.get(gateway, 0) + sign * money_of(row, "amount", currency)
        first.setdefault(gateway, row.identity("id"))
    return tuple(
        TenderFacts(
            external_id=first[gateway],
            kind=kind_of(gateway).value,
            gateway=gateway,
            captured=amount,
        )
        for gateway, amount in captured.items()
        if amount > 0
    )
