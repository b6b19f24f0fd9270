"""Saved texts, and writing to the shopper of a return."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from commerce.selectors import get_merchant
from notifications.rules.letters import AboutOrder
from notifications.services import write_letter
from postexp.kernel.events import append
from postexp.kernel.locks import lock
from returns.enums import ReturnMove, ReturnState
from returns.errors import MacroNameTaken
from returns.events import MacroChanged
from returns.models import Macro
from returns.services.clocks import hold_clock, resume_clock
from returns.services.locks import lock_return
from returns.services.transitions import move_return

Words = Mapping[str, Mapping[str, str]]


def save_macro(
    *,
    macro: Macro | None,
    name: str,
    words: Words,
    waits: bool,
    at: datetime,
    actor: str,
) -> Macro:
    """Keep a text, a new one where none is named. Publishes MacroChanged; raises MacroNameTaken."""
    with transaction.atomic():
        lock("macros")
        kept = macro or Macro()
        if Macro.objects.filter(name=name).exclude(pk=kept.pk).exists():
            raise MacroNameTaken
        kept.name, kept.waits = name, waits
        kept.words = {locale: dict(written) for locale, written in words.items()}
        kept.save()
        _changed(name, at=at, actor=actor)
    return kept


def remove_macro(macro: Macro, *, at: datetime, actor: str) -> None:
    """Keep a text no longer; what was written with it stays. Publishes MacroChanged."""
    with transaction.atomic():
        macro.delete()
        _changed(macro.name, at=at, actor=actor)


def _changed(name: str, *, at: datetime, actor: str) -> None:
    append(
        MacroChanged(merchant_public_id=get_merchant().public_id, detail=name), at=at, actor=actor
    )


def write_to_shopper(
    *, return_id: str, words: Words, key: str, waits: bool, at: datetime, actor: str
) -> None:
    """Write to the shopper of a return, once per key.

    `words` hold the shop's own language at least. With `waits` the desk's clock stands still until
    the shopper has answered, where the return waits for a decision. Publishes LetterWritten.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        order = case.order
        customer = order.customer
        about = AboutOrder(
            order_id=order.public_id,
            number=order.number,
            address=order.email or (customer.email if customer else ""),
            name=customer.full_name(order.locale[:2]) if customer else "",
        )
        write_letter(orders=[about], words=words, key=key, at=at, actor=actor)
        if waits and case.state == ReturnState.IN_REVIEW and case.waiting_since is None:
            move_return(case, ReturnMove.ASK_SHOPPER, at=at, actor=actor)
            hold_clock(case, at=at)
            case.save()


def stop_waiting(*, return_id: str, at: datetime, actor: str) -> None:
    """Let the desk's clock go on: the shopper has answered. Raises InvalidTransition."""
    with transaction.atomic():
        case = lock_return(return_id)
        move_return(case, ReturnMove.SHOPPER_REPLIED, at=at, actor=actor)
        resume_clock(case, at=at)
        case.save()
