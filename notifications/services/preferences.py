"""What customers say of being written to, on their own page and in one click."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from commerce.enums import Channel, Purpose
from commerce.selectors import get_customer
from commerce.selectors.consents import has_refused, latest_consents
from commerce.services.consents import note_consent
from notifications.events import ConsentAsked, ConsentChosen
from notifications.models import OptIn
from notifications.selectors.flows import get_terms
from postexp.kernel.events import append

if TYPE_CHECKING:
    from commerce.models import Customer

Choices = Mapping[tuple[str, str], bool]
"""Whether messages are wanted, by channel and purpose."""

UNASKED = frozenset({(Channel.EMAIL, Purpose.SERVICE), (Channel.LINE, Purpose.SERVICE)})
"""What comes without a word: mail about one's orders, and by an account one linked oneself."""

OPT_IN_LASTS = timedelta(days=30)
"""How long a yes can be confirmed."""

TEXT_VERSION = "preferences 1"
"""Names the words that are agreed to on the page; they change together."""


def choose_messages(
    customer: Customer, choices: Choices, *, source: str, at: datetime
) -> list[Channel]:
    """Keep what a customer says of being written to, each as a consent with its proof.

    Saying again what was said keeps nothing. Where the shop asks twice, a new yes to marketing by
    e-mail counts once it was confirmed from there: returned are the channels that wait for it.
    Publishes ConsentChosen for each that changed, ConsentAsked for each that waits.
    """
    twice = get_terms().double_opt_in
    waiting = []
    with transaction.atomic():
        said = latest_consents(customer.public_id)
        for (channel, purpose), granted in choices.items():
            if said.get((channel, purpose), (channel, purpose) in UNASKED) is granted:
                continue
            asked_again = granted and purpose == Purpose.MARKETING and channel == Channel.EMAIL
            if twice and asked_again:
                _ask(customer, source, at)
                waiting.append(Channel(channel))
            else:
                _note(customer, channel, purpose, granted=granted, source=source, at=at)
    return waiting


def _ask(customer: Customer, source: str, at: datetime) -> None:
    asked = OptIn.objects.create(
        customer_id=customer.public_id,
        channel=Channel.EMAIL,
        purpose=Purpose.MARKETING,
        address=customer.email,
        source=source,
        text_version=TEXT_VERSION,
        asked_at=at,
    )
    append(
        ConsentAsked(
            customer_id=customer.public_id, channel=Channel.EMAIL, opt_in_id=asked.public_id
        ),
        at=at,
        actor="shopper",
    )


def confirm_opt_in(opt_in: OptIn, *, at: datetime) -> bool:
    """Let a yes count that was confirmed from the address it is about; whether it counts.

    It does not any more where it is too old, where its owner said no since, or where the customer
    has another address now. Publishes ConsentChosen.
    """
    with transaction.atomic():
        locked = OptIn.objects.select_for_update(no_key=True).get(pk=opt_in.pk)
        if locked.confirmed_at is not None:
            return True
        if not _still_counts(locked, at):
            return False
        locked.confirmed_at = at
        locked.save(update_fields=["confirmed_at"])
        _note(
            get_customer(locked.customer_id),
            locked.channel,
            locked.purpose,
            granted=True,
            source=f"{locked.source}, confirmed",
            at=at,
        )
    return True


def _still_counts(opt_in: OptIn, at: datetime) -> bool:
    if at - opt_in.asked_at > OPT_IN_LASTS:
        return False
    if get_customer(opt_in.customer_id).email.casefold() != opt_in.address.casefold():
        return False
    return not has_refused(
        opt_in.customer_id, opt_in.channel, opt_in.purpose, since=opt_in.asked_at
    )


def end_marketing(customer: Customer, channels: list[str], *, source: str, at: datetime) -> None:
    """End marketing on some channels. Publishes ConsentChosen for each that it was news to."""
    with transaction.atomic():
        for channel in channels:
            _note(customer, channel, Purpose.MARKETING, granted=False, source=source, at=at)


def _note(
    customer: Customer, channel: str, purpose: str, *, granted: bool, source: str, at: datetime
) -> None:
    news = note_consent(
        customer,
        channel=channel,
        purpose=purpose,
        granted=granted,
        source=source,
        text_version=TEXT_VERSION,
        at=at,
    )
    if news:
        append(
            ConsentChosen(
                customer_id=customer.public_id, channel=channel, purpose=purpose, granted=granted
            ),
            at=at,
            actor="shopper",
        )
