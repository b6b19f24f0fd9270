"""What units that come back are worth in an exchange, before anything was chosen instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from returns.enums import ExchangePriceBasis, Fault, Outcome
from returns.errors import NotReturnable
from returns.rules.commands import Wish
from returns.rules.exchanges import price_replacements
from returns.rules.paid import Units
from returns.rules.quotes import Quote
from returns.selectors import Judgement, wanted_instead
from returns.services.requests import Checked, quote_wishes

if TYPE_CHECKING:
    from commerce.models import Order, OrderLine, Variant


@dataclass(frozen=True, kw_only=True)
class WorthOfWish:
    """Units of a line and their `credit`, in minor units; what variants cost is asked of it."""

    order: Order
    line: OrderLine
    quantity: int
    quoted: Quote
    basis: ExchangePriceBasis

    @property
    def credit(self) -> int:
        """What they are worth."""
        return self.quoted.total

    def cost_of(self, variant: Variant) -> int:
        """Return what as many units of a variant cost in their place."""
        wanted = wanted_instead(self.order, self.line, variant, self.quantity)
        [value] = price_replacements(
            self.quoted.units, [wanted], self.basis, tax_included=self.order.tax_included
        )
        return value.cost


def value_of_wish(judgement: Judgement, wish: Wish) -> WorthOfWish:
    """Return what the units of a wish are worth in an exchange. Raises NotReturnable."""
    judged = judgement.line(wish.line)
    if judged is None or judged.decision.offer(Outcome.EXCHANGE) is None:
        raise NotReturnable
    units = Units(line=wish.line, quantity=wish.quantity, fault=Fault.SHOPPER)
    checked = Checked(wish=wish, judged=judged, units=units, variant=None)
    terms = judgement.policy.terms(Outcome.EXCHANGE, judgement.order.currency)
    return WorthOfWish(
        order=judgement.order,
        line=judged.line,
        quantity=wish.quantity,
        quoted=quote_wishes(judgement, [checked], Outcome.EXCHANGE),
        basis=terms.exchange_price_basis,
    )
