"""Returns of gifts as their recipients are told of them: no price, no order and no buyer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import override

from commerce import links
from commerce.selectors import get_merchant
from commerce.serializers import instant, money
from postexp.kernel import clock
from returns.models import RefusedUnits, Return
from returns.rules.methods import LABELLED
from returns.selectors import list_lines_of, sending_policy
from returns.selectors.gifts import recipient_token
from returns.selectors.parcels import destinations_of
from returns.serializers.exchanges import title_instead
from returns.serializers.promises import goods_of, message_of
from returns.serializers.refused import (
    decide_url,
    is_paid_online,
    options_in_words,
    refused_reason,
    usual_choice,
)
from returns.serializers.words import decline_words


def represent_gift(case: Return) -> dict[str, Any]:
    """Return the return of a gift, as the messages to its recipient tell of it.

    `url` is its page. `address_lines` is where its recipient sends it, none where a label says so.
    """
    locale, at, lines = case.locale[:2], clock.now(), list_lines_of(case)
    places = [] if case.method in LABELLED else destinations_of(case, at=at)
    with override(locale):
        return {
            "number": case.number,
            "outcome": case.outcome,
            "send_by": case.send_by.isoformat() if case.send_by else None,
            "decline_reason": decline_words(case, locale),
            "address_lines": list(places[0].lines) if places else [],
            "instructions": sending_policy(at).instructions.get(locale, ""),
            "goods": goods_of(case, lines),
            "lines": [
                {
                    "title": line.order_line.title,
                    "variant_title": line.order_line.variant_title,
                    "quantity": line.quantity,
                    "image_url": _image(line.order_line.product),
                    "message": message_of(case, line, locale),
                    "exchange_for": title_instead(line.order_line, line.variant)
                    if line.variant
                    else None,
                }
                for line in lines
            ],
            "url": links.site_url(
                get_merchant(),
                "site:return_status",
                locale,
                recipient_token(case),
                case.public_id,
            ),
        }


def _image(product: Any) -> str:
    image = product.image if product else None
    return image.url if image else ""


def represent_gift_refused(refused: RefusedUnits) -> dict[str, Any]:
    """Return units of a gift that were refused; the only sum is their postage back."""
    locale, sold = refused.case.locale[:2], refused.line.order_line
    return {
        "lines": [
            {
                "title": sold.title,
                "variant_title": sold.variant_title,
                "quantity": refused.quantity,
                "image_url": _image(sold.product),
            }
        ],
        "reason": refused_reason(refused.inspection, locale),
        "options": options_in_words(refused, locale),
        "without_answer": usual_choice(refused).value,
        "answer_by": instant(refused.answer_by),
        "fee": money(refused.fee, refused.case.order.currency),
        "pay_by": instant(refused.pay_by),
        "pays_online": is_paid_online(refused),
        "url": decide_url(refused, locale),
    }
