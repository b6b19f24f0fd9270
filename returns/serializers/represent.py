"""The one JSON representation of returns and settlements: API, webhooks and messages share it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import override

from commerce.enums import STORE_VALUE, TenderKind
from commerce.serializers import instant, money
from postexp.kernel import clock
from returns.enums import Fault, ReturnState
from returns.models import PolicyVersion, Refund, Replacement, Return, ReturnLine, Settlement
from returns.rules.methods import LABELLED
from returns.rules.policy import LANGUAGES
from returns.selectors import Judged, Judgement, list_lines_of, sending_policy
from returns.selectors.parcels import destinations_of
from returns.serializers.drop_off import represent_point
from returns.serializers.exchanges import title_instead
from returns.serializers.promises import goods_of, message_of
from returns.serializers.words import decline_words, denial_words, reason_words, sum_in_words

if TYPE_CHECKING:
    from commerce.models import OrderLine


def represent_return(case: Return, *, locale: str = "", with_parts: bool = True) -> dict[str, Any]:
    """Return a return; lists leave out lines and sum (`with_parts=False`).

    Words are in `locale`, the shopper's own unless given. `postage` is `prepaid` where a label
    comes with it, `shopper` where they pay the way back themselves, else empty: the shop says how
    in `instructions`.
    """
    locale = locale or case.locale
    body: dict[str, Any] = {
        "id": case.public_id,
        "number": case.number,
        "order_id": case.order.public_id,
        "order_number": case.order.number,
        "state": case.state,
        "outcome": case.outcome,
        "method": case.method,
        "requested_at": instant(case.requested_at),
        "decided_at": instant(case.decided_at),
        "send_by": case.send_by.isoformat() if case.send_by else None,
        "due_at": instant(case.due_at),
        "law_due_at": instant(case.law_due_at),
        "waiting_since": instant(case.waiting_since),
        "tracking_number": case.tracking_number,
        "received_at": instant(case.received_at),
        "closed_at": instant(case.closed_at),
        "photos_wanted": case.evidence_wanted and case.state == ReturnState.IN_REVIEW,
        "decline_reason": decline_words(case, locale),
        "total": money(case.quote["payout"], case.quote["currency"]),
    }
    if with_parts:
        sending = sending_policy(clock.now())
        lines = list_lines_of(case)
        places = destinations_of(case, at=clock.now())
        body |= {
            "note": case.note,
            "drop_off_point": represent_point(case.drop_off) if case.drop_off else None,
            "policy": {
                "id": case.policy_version.public_id,
                "version": case.policy_version.number,
                "hash": case.policy_version.hash,
            },
            "lines": [_line(case, line, locale) for line in lines],
            "quote": represent_sum(case.quote, [line.order_line for line in lines]),
            "address_lines": list(places[0].lines) if places else [],
            "instructions": sending.instructions.get(locale, ""),
            "postage": _postage(case, lines),
            "goods": goods_of(case, lines),
        }
    return body


def _line(case: Return, line: ReturnLine, locale: str) -> dict[str, Any]:
    sold = line.order_line
    image = sold.product.image if sold.product else None
    return {
        "id": line.public_id,
        "line_id": sold.public_id,
        "title": sold.title,
        "variant_title": sold.variant_title,
        "sku": sold.sku,
        "image_url": image.url if image else "",
        "quantity": line.quantity,
        "received_quantity": line.received,
        "accepted_quantity": line.accepted,
        "refused_quantity": line.refused,
        "settled_quantity": line.settled,
        "kept_quantity": line.kept,
        "lost_quantity": line.lost,
        "paid_ahead_quantity": line.paid_ahead,
        "message": message_of(case, line, locale),
        "reason": {
            "code": line.reason,
            "label": reason_words(case, line.reason, locale),
            "fault": line.fault,
        },
        "exchange_for": title_instead(sold, line.variant) if line.variant else None,
        "replacements": [_replacement(one) for one in line.replacements.all()],
    }


def _replacement(replacement: Replacement) -> dict[str, Any]:
    return {
        "id": replacement.public_id,
        "quantity": replacement.quantity,
        "state": replacement.state,
        "shipped_at": instant(replacement.shipped_at),
    }


def _postage(case: Return, lines: Sequence[ReturnLine]) -> str:
    if case.method in LABELLED:
        return "prepaid"
    charged = case.policy_version.policy.postage.get(case.order.currency, 0)
    own_choice = any(line.fault == Fault.SHOPPER for line in lines)
    return "shopper" if own_choice and not charged else ""


def represent_sum(quote: Mapping[str, Any], lines: Sequence[OrderLine]) -> dict[str, Any]:
    """Return a kept quote: rows that add up to `total`, fees below zero, rows of zero left out.

    `due` is what the shopper pays on top of an exchange; `text` says the sum in one line.
    """
    titles = {line.public_id: line.title for line in lines}
    currency = quote["currency"]
    return {
        "rows": [
            {
                "code": row["code"],
                "title": titles.get(row["line"], ""),
                "quantity": row["quantity"],
                "amount": money(row["amount"], currency),
            }
            for row in quote["rows"]
        ],
        "total": money(quote["payout"], currency),
        "due": money(quote.get("due", 0), currency),
        "text": {language: _in_words(quote, language) for language in LANGUAGES},
    }


def _in_words(quote: Mapping[str, Any], language: str) -> str:
    with override(language):
        return sum_in_words(quote)


def represent_settlement(settlement: Settlement) -> dict[str, Any]:
    """Return a settlement with its sum and where the money went, as far as it did."""
    lines = [line.order_line for line in settlement.lines.all()]
    currency = settlement.currency
    refunds = [represent_refund(refund) for refund in settlement.refunds.all()]
    paper = getattr(settlement, "credit_note", None)
    paid_to = [{key: refund[key] for key in ("tender", "label", "amount")} for refund in refunds]
    if settlement.credited:
        credit = {
            "tender": "store_credit",
            "label": "",
            "amount": money(settlement.credited, currency),
        }
        paid_to.append(credit)
    return {
        "id": settlement.public_id,
        "kind": settlement.kind,
        "outcome": settlement.outcome,
        "at": instant(settlement.at),
        **represent_sum(settlement.quote, lines),
        "bonus": money(settlement.bonus, currency),
        "paid_to": paid_to,
        "refunds": refunds,
        "note": settlement.note,
        "credit_note": {"id": paper.public_id, "number": paper.code} if paper else None,
    }


def represent_refund(refund: Refund) -> dict[str, Any]:
    """Return one payment back. `tender` is `external`, `gift_card` or `store_credit`."""
    kind = TenderKind(refund.tender.kind)
    return {
        "id": refund.public_id,
        "state": refund.state,
        "tender": kind.value if kind in STORE_VALUE else "external",
        "label": "",
        "amount": money(refund.amount, refund.settlement.currency),
        "provider": refund.provider,
        "reference": refund.reference,
        "finished_at": instant(refund.finished_at),
    }


def represent_judgement(judgement: Judgement) -> dict[str, Any]:
    """Return what can come back of an order, with the reasons against the rest."""
    return {
        "order_id": judgement.order.public_id,
        "policy": {"version": judgement.version.number, "hash": judgement.version.hash},
        "lines": [_judged(one, judgement.order.country) for one in judgement.lines],
    }


def _judged(one: Judged, country: str) -> dict[str, Any]:
    decision = one.decision
    return {
        "line_id": one.line.public_id,
        "external_id": one.line.external_id,
        "title": one.line.title,
        "returnable_quantity": decision.returnable,
        "offers": [
            {"outcome": offer.outcome.value, "until": instant(offer.until)}
            for offer in decision.offers
        ],
        "reasons": [
            {
                "code": reason.code,
                "fault": reason.fault.value,
                "photos": decision.photos(reason.code),
                "label": dict(reason.label),
                "group": dict(reason.group) or None,
            }
            for reason in decision.reasons
        ],
        "denials": [
            {
                "code": denial.code.value,
                "outcome": denial.outcome.value if denial.outcome else None,
                "until": instant(denial.until),
                "text": {
                    language: denial_words(denial, language, country=country)
                    for language in LANGUAGES
                },
            }
            for denial in decision.denials
        ],
    }


def represent_policy(version: PolicyVersion) -> dict[str, Any]:
    """Return a policy version as it was published."""
    return {
        "id": version.public_id,
        "version": version.number,
        "hash": version.hash,
        "effective_from": instant(version.effective_from),
        "published_at": instant(version.published_at),
        "content": version.content,
    }
