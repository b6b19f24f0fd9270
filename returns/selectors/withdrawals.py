"""Reads of withdrawals: the queue, and what is known of the contract one is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode

from commerce.rules import number_key
from commerce.selectors import get_merchant, list_lines, list_orders
from postexp.kernel.holidays import is_holiday
from postexp.kernel.zones import zones_of
from returns.enums import CancellationState, Exemption, WithdrawalState
from returns.models import Cancellation, Withdrawal, WithdrawalSettings
from returns.rules.states import HOLDING, OPEN
from returns.rules.withdrawals import is_covered, mailbox_of, period_end
from returns.selectors.exemptions import Marks, exempt_marks, exemption_of
from returns.selectors.journeys import journeys, lines_to_send

if TYPE_CHECKING:
    from commerce.models import Order, OrderLine
    from returns.models import Return

VIEWS: dict[str, tuple[WithdrawalState, ...]] = {
    "open": (WithdrawalState.WAITING, WithdrawalState.MATCHED),
    "to_match": (WithdrawalState.WAITING,),
    "matched": (WithdrawalState.MATCHED,),
    "closed": (WithdrawalState.CLOSED,),
    "all": (),
}
"""The saved views of the queue."""

CANCELLING = HOLDING | {CancellationState.REFUNDING}
"""States in which a cancellation is still to end."""

MOST_MAILS = 5
"""So many acknowledgements go to one mailbox in a day."""
MOST_TO_STRANGERS = 20
"""So many go, in an hour, to mailboxes that no order of the shop has."""

_WITH = ("order__customer", "case")


@dataclass(frozen=True, kw_only=True)
class Period:
    """The time in which an order can be withdrawn from.

    `covered`: it went where that is so. `until` is the last second, None while the period is not
    known to have begun. `nothing_sent`: nothing of it has left the shop. `partly_sent`: some of it
    has, and the rest is still to be sent. `exempt` are the titles of lines that staff should look
    at: what is marked as exempt, and else downloads and what was sold as final.
    """

    covered: bool
    until: datetime | None
    nothing_sent: bool
    partly_sent: bool
    exempt: tuple[str, ...]

    def is_open(self, at: datetime) -> bool:
        """Whether a statement that comes at an instant comes in time."""
        return self.until is None or at < self.until + timedelta(seconds=1)


def period_of(order: Order) -> Period:
    """Return the time in which an order can be withdrawn from.

    It ends with the last day in the zone of where the order went, or in the shop's where that is
    later; a country of several zones counts by the latest.
    """
    lines, travelled, marks = list_lines(order), journeys(order), exempt_marks()
    waiting = lines_to_send(order, lines, travelled)
    # What never left and never will begins no period and keeps none open.
    counted = [line.pk for line in lines if line.pk in travelled or line.pk in waiting]
    return Period(
        covered=is_covered(order.country),
        until=period_end(
            [None if line in waiting else travelled[line].delivered for line in counted],
            lambda day: is_holiday(day, order.country),
            [get_merchant().zone, *map(ZoneInfo, zones_of(order.country))],
        ),
        nothing_sent=not travelled,
        partly_sent=bool(travelled and waiting),
        exempt=tuple(line.title for line in lines if _may_be_exempt(line, marks)),
    )


def _may_be_exempt(line: OrderLine, marks: Marks) -> bool:
    exemption = exemption_of(line, marks)
    if exemption is not None:
        return exemption is not Exemption.NONE
    return line.final_sale or not line.requires_shipping


def withdrawal_path(order: Order, *, locale: str, at: datetime) -> str:
    """Return where an order is withdrawn from, or "" where the law gives no right or no longer."""
    period = period_of(order)
    if not period.covered or order.cancelled_at or not period.is_open(at):
        return ""
    path = reverse("site:withdraw", args=[get_merchant().slug])
    return f"{path}?{urlencode({'lang': locale, 'order': order.number})}"


def is_offered() -> bool:
    """Whether the shop's shopper pages lead to the withdrawal."""
    kept: WithdrawalSettings | None = WithdrawalSettings.objects.first()
    return kept is None or kept.offered


def get_withdrawal(public_id: str) -> Withdrawal:
    """Return a withdrawal with its order and return; raises Withdrawal.DoesNotExist."""
    found: Withdrawal = Withdrawal.objects.select_related(*_WITH).get(public_id=public_id)
    return found


def access_withdrawal(public_id: str) -> Withdrawal:
    """Return a withdrawal of the scope's shop for a page; raises Http404."""
    found: Withdrawal | None = (
        Withdrawal.objects.select_related(*_WITH).filter(public_id=public_id).first()
    )
    if found is None:
        raise Http404
    return found


def has_withdrawal(public_id: str) -> bool:
    """Return whether a withdrawal is here."""
    return Withdrawal.objects.filter(public_id=public_id).exists()


def list_withdrawals(*, view: str = "all", search: str = "") -> QuerySet[Withdrawal]:
    """Return withdrawals, newest first, with their orders.

    `view` is one of VIEWS; `search` matches the number, the name, the e-mail address, the order's
    number or a public id.
    """
    found: QuerySet[Withdrawal] = Withdrawal.objects.select_related(*_WITH).order_by("-id")
    if states := VIEWS.get(view, ()):
        found = found.filter(state__in=states)
    if search:
        found = found.filter(
            Q(number__iexact=search)
            | Q(name__icontains=search)
            | Q(contact__istartswith=search)
            | Q(order__number_key=number_key(search))
            | Q(public_id=search)
        )
    return found


def count_by_view() -> dict[str, int]:
    """Return how many withdrawals each saved view holds, in one query."""
    rows = Withdrawal.objects.order_by().values_list("state").annotate(count=Count("id"))
    counted = dict(rows)
    return {
        view: sum(counted.get(state, 0) for state in states or WithdrawalState)
        for view, states in VIEWS.items()
    }


def is_withdrawal(case: Return) -> bool:
    """Return whether a return was made of a withdrawal, so that the law's terms hold for it."""
    return Withdrawal.objects.filter(case=case).exists()


def cancellation_of(withdrawal: Withdrawal) -> Cancellation | None:
    """Return the cancellation that was made of a withdrawal from its order, or None."""
    found: Cancellation | None = Cancellation.objects.filter(
        request_key=withdrawal.public_id, order=withdrawal.order_id
    ).first()
    return found


def is_under_way(withdrawal: Withdrawal) -> bool:
    """Return whether a return or a cancellation that was made of a withdrawal is open."""
    if withdrawal.case is not None and withdrawal.case.state in OPEN:
        return True
    cancellation = cancellation_of(withdrawal)
    return cancellation is not None and cancellation.state in CANCELLING


def list_withdrawals_of_order(order: Order) -> list[Withdrawal]:
    """Return the withdrawals from an order, newest first."""
    return list(Withdrawal.objects.filter(order=order).order_by("-id"))


def is_mailed(withdrawal: Withdrawal) -> bool:
    """Return whether a statement is acknowledged by mail; of any other the page tells alone.

    Whoever types strangers' addresses into the form floods nobody: one mailbox gets MOST_MAILS a
    day, and those that no order of the shop has MOST_TO_STRANGERS an hour together.
    """
    contact, at = withdrawal.contact, withdrawal.received_at
    if _count_stated(contact=contact, since=at - timedelta(days=1), until=at) >= MOST_MAILS:
        return False
    if withdrawal.order_id is not None or list_orders().filter(email=contact).exists():
        return True
    return _count_unmatched(since=at - timedelta(hours=1), until=at) < MOST_TO_STRANGERS


def _count_stated(*, contact: str, since: datetime, until: datetime) -> int:
    mailbox = mailbox_of(contact)
    stated = Withdrawal.objects.filter(received_at__gte=since, received_at__lt=until)
    # A mailbox keeps its first letter and its domain, by whatever name it is called.
    near = stated.filter(contact__startswith=mailbox[:1], contact__contains="@")
    return sum(mailbox_of(one) == mailbox for one in near.values_list("contact", flat=True))


def _count_unmatched(*, since: datetime, until: datetime) -> int:
    stated = Withdrawal.objects.filter(received_at__gte=since, received_at__lt=until)
    return int(stated.filter(order=None).count())
