"""How a shop receives, and the second person who looks at goods of high value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from commerce.selectors import get_merchant
from postexp.kernel.events import append
from postexp.kernel.locks import lock
from returns.errors import InvalidTransition, SamePerson, SecondPersonNeeded
from returns.events import ReceivingSettingsChanged, SecondPersonAgreed, SecondPersonAsked
from returns.models import ReceivingSettings, Return, ReturnLine, SecondLook
from returns.rules.receiving import ReceivingTerms
from returns.selectors.money import mirror_of
from returns.selectors.receiving import open_second_look, receiving_settings
from returns.services.locks import lock_return

STAFF = "staff:"


def set_receiving(terms: ReceivingTerms, *, at: datetime, actor: str) -> ReceivingSettings:
    """Change how the shop receives. Publishes ReceivingSettingsChanged where that is news."""
    with transaction.atomic():
        lock("receiving settings")
        settings = receiving_settings()
        changes = {name: getattr(terms, name) for name in ReceivingTerms.__dataclass_fields__}
        if settings.pk and all(getattr(settings, name) == one for name, one in changes.items()):
            return settings
        for name, value in changes.items():
            setattr(settings, name, value)
        settings.save()
        append(
            ReceivingSettingsChanged(merchant_public_id=get_merchant().public_id),
            at=at,
            actor=actor,
        )
    return settings


def ask_second_person(
    case: Return, lines: Sequence[ReturnLine], *, at: datetime, actor: str
) -> SecondLook | None:
    """Hold the money of a return whose accepted goods are worth more than one person may decide on.

    The caller holds the order's lock. Publishes SecondPersonAsked.
    """
    cap = receiving_settings().hold_above
    value = sum(_paid_for(line) for line in lines)
    if cap is None or _in_shop_currency(case, value) <= cap or open_second_look(case):
        return None
    asked: SecondLook = SecondLook.objects.create(
        case=case, value=value, asked_at=at, asked_by=actor
    )
    append(
        SecondPersonAsked(order_id=case.order.public_id, return_id=case.public_id),
        at=at,
        actor=actor,
    )
    return asked


def _paid_for(line: ReturnLine) -> int:
    sold = line.order_line
    tax = 0 if line.case.order.tax_included else sold.tax_paid
    return (sold.goods_paid + tax) * line.payable // max(1, sold.quantity)


def _in_shop_currency(case: Return, value: int) -> int:
    mirrored = mirror_of(case.order, value)
    return value if mirrored is None else mirrored


def agree_as_second(*, return_id: str, at: datetime, actor: str) -> SecondLook:
    """Agree, as a second person, to what was found.

    Publishes SecondPersonAgreed. Raises SamePerson for who found it or for a program, and
    InvalidTransition where nobody is waited for.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        asked = open_second_look(case)
        if asked is None:
            raise InvalidTransition
        if actor == asked.asked_by or not actor.startswith(STAFF):
            raise SamePerson
        asked.agreed_at, asked.agreed_by = at, actor
        asked.save()
        append(
            SecondPersonAgreed(order_id=case.order.public_id, return_id=case.public_id),
            at=at,
            actor=actor,
        )
    return asked


def require_second_person(case: Return) -> None:
    """Raise SecondPersonNeeded while a second person still has to look at a return's goods."""
    if open_second_look(case) is not None:
        raise SecondPersonNeeded
