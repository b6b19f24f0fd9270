"""What an order cost, as a sum one can read."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class OrderSum:
    """Minor units; `goods + discounts + shipping + tax_on_top + other` is `total`.

    `discounts` is zero or less; `tax_on_top` is zero where prices include tax; `other` is what
    the platform's total holds beyond these (a tip, a duty), of either sign.
    """

    goods: int
    discounts: int
    shipping: int
    tax_on_top: int
    tax_inside: int
    other: int
    total: int


def order_sum(
    *, full_price: int, goods_paid: int, shipping: int, tax: int, tax_included: bool, total: int
) -> OrderSum:
    """Lay out a recorded total by what was paid for. All amounts are minor units, none negative.

    `full_price` is quantity times unit price over all lines, `goods_paid` what was paid for them
    after every discount, `tax` all tax of goods and shipping.
    """
    on_top = 0 if tax_included else tax
    return OrderSum(
        goods=full_price,
        discounts=goods_paid - full_price,
        shipping=shipping,
        tax_on_top=on_top,
        tax_inside=tax if tax_included else 0,
        other=total - goods_paid - shipping - on_top,
        total=total,
    )
