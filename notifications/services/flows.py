"""Changing how a shop sends: its flow of each kind, and what holds for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from commerce.selectors import get_merchant
from notifications.enums import Medium, Quiet
from notifications.errors import FlowRefused
from notifications.events import FlowChanged, SendingTermsChanged
from notifications.models import Flow, SendingTerms
from notifications.ports import MessageKind, get_kind
from notifications.rules.conditions import is_well_formed
from notifications.selectors.flows import FlowTerms, Terms, get_flow, get_terms, marketing_kinds
from postexp.kernel.events import append
from postexp.kernel.locks import lock

MOST_DELAY = 60 * 24 * 60
"""Minutes a message can wait before it goes out: 60 days."""

MOST_FALLBACK = 3 * 24 * 60
"""Minutes a channel can be given before the next is tried: 3 days."""

MOST_CONDITIONS = 10
MOST_GATHER = 240
"""Minutes that messages of one order are gathered: 4 hours."""

MOST_CAP, MOST_CAP_DAYS = 100, 366


def change_flow(*, kind: str, terms: FlowTerms, at: datetime, actor: str) -> bool:
    """Keep how the scope's shop sends a kind of message; whether that is news.

    Messages that are planned already keep their time and their channels; whether they go out at
    all is asked again when they do. Publishes FlowChanged. Raises FlowRefused.
    """
    known = get_kind(kind)
    if known is None or not known.has_flow:
        raise FlowRefused(_("This kind of message always goes out at once, by e-mail."))
    _check_flow(terms)
    if known.required:
        _check_required(known, terms)
    with transaction.atomic():
        lock(f"flow:{kind}")
        changes = _differences(_plain_flow(get_flow(kind)), _plain_flow(terms))
        if not changes:
            return False
        kept = {**_plain_flow(terms), "changed_at": at, "changed_by": actor}
        Flow.objects.update_or_create(kind=kind, defaults=kept)
        shop = get_merchant()
        append(
            FlowChanged(
                merchant_public_id=shop.public_id,
                kind=kind,
                currency=shop.currency,
                changes=changes,
            ),
            at=at,
            actor=actor,
        )
    return True


def _check_flow(terms: FlowTerms) -> None:
    if not terms.chain:
        raise FlowRefused(_("Choose a channel, or switch the message off."), field="chain")
    if len(set(terms.chain)) < len(terms.chain):
        raise FlowRefused(_("Each channel can be tried once."), field="chain")
    if not 0 <= terms.delay <= MOST_DELAY:
        raise FlowRefused(_("It can wait 60 days at most."), field="delay")
    if not 0 <= terms.fallback <= MOST_FALLBACK:
        raise FlowRefused(_("The next channel is tried within 3 days."), field="fallback")
    if terms.quiet not in Quiet.values:
        raise FlowRefused(_("Choose one of these."), field="quiet")
    if len(terms.conditions) > MOST_CONDITIONS:
        raise FlowRefused(_("Set 10 conditions at most."), field="conditions")
    if not all(map(is_well_formed, terms.conditions)):
        raise FlowRefused(_("This condition cannot be asked."), field="conditions")


def _check_required(kind: MessageKind[Any], terms: FlowTerms) -> None:
    """Refuse what would leave somebody without a message they have to get."""
    if not terms.enabled:
        raise FlowRefused(kind.required, field="enabled")
    if terms.conditions:
        raise FlowRefused(_("It goes to everybody it is about."), field="conditions")
    if terms.delay:
        raise FlowRefused(_("It goes out without delay."), field="delay")
    if Medium.EMAIL not in terms.chain:
        raise FlowRefused(
            _("Keep e-mail among its channels: it has to reach everybody."), field="chain"
        )


def change_terms(*, terms: Terms, at: datetime, actor: str) -> bool:
    """Keep what holds for all messages of the scope's shop; whether that is news.

    Publishes SendingTermsChanged. Raises FlowRefused.
    """
    _check_terms(terms)
    with transaction.atomic():
        lock("sending_terms")
        return _keep_terms(terms, at, actor)


def move_kind(*, kind: str, by: int, at: datetime, actor: str) -> bool:
    """Move a kind of marketing up (-1) or down (1) among those that matter most; whether it moved.

    Publishes SendingTermsChanged.
    """
    with transaction.atomic():
        lock("sending_terms")
        terms = get_terms()
        order = [one.name for one in marketing_kinds(terms)]
        if kind not in order or not 0 <= (place := order.index(kind) + by) < len(order):
            return False
        order.remove(kind)
        order.insert(place, kind)
        return _keep_terms(replace(terms, priority=tuple(order)), at, actor)


def _check_terms(terms: Terms) -> None:
    if not 0 <= terms.cap <= MOST_CAP:
        raise FlowRefused(_("Allow 100 messages at most."), field="cap")
    if not 1 <= terms.cap_days <= MOST_CAP_DAYS:
        raise FlowRefused(_("Count over 1 to 366 days."), field="cap_days")
    if not 0 <= terms.gather <= MOST_GATHER:
        raise FlowRefused(_("Gather for 240 minutes at most."), field="gather")
    if any(price < 0 for price in terms.prices.values()):
        raise FlowRefused(_("A price is never below zero."), field="prices")


def _keep_terms(terms: Terms, at: datetime, actor: str) -> bool:
    plain = _plain_terms(terms)
    changes = _differences(_plain_terms(get_terms()), plain)
    if not changes:
        return False
    hours = terms.quiet_hours
    kept = {
        **{name: value for name, value in plain.items() if name != "quiet_hours"},
        "quiet_from": hours.begin if hours else None,
        "quiet_until": hours.end if hours else None,
        "changed_at": at,
        "changed_by": actor,
    }
    row = SendingTerms.objects.first() or SendingTerms()
    for name, value in kept.items():
        setattr(row, name, value)
    row.save()
    shop = get_merchant()
    append(
        SendingTermsChanged(
            merchant_public_id=shop.public_id, currency=shop.currency, changes=changes
        ),
        at=at,
        actor=actor,
    )
    return True


def _plain_flow(terms: FlowTerms) -> dict[str, Any]:
    """Return a flow as its row and its event hold it."""
    return {
        **asdict(terms),
        "chain": [str(medium) for medium in terms.chain],
        "quiet": str(terms.quiet),
        "conditions": [dict(condition) for condition in terms.conditions],
    }


def _plain_terms(terms: Terms) -> dict[str, Any]:
    """Return terms as their event holds them."""
    hours = terms.quiet_hours
    return {
        "quiet_hours": f"{hours.begin:%H:%M}–{hours.end:%H:%M}" if hours else "",
        "cap": terms.cap,
        "cap_days": terms.cap_days,
        "priority": list(terms.priority),
        "gather": terms.gather,
        "double_opt_in": terms.double_opt_in,
        "prices": dict(terms.prices),
    }


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {name: [before[name], now[name]] for name in now if before[name] != now[name]}
