"""The kinds of message about orders; commerce stands below and cannot declare them itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, gettext_noop, pgettext_lazy

from commerce.events import OrderPlaced
from commerce.links import site_url
from commerce.selectors import get_customer, get_merchant, get_order, get_user
from notifications.enums import Class
from notifications.events import ConsentAsked, LetterWritten, StaffAlerted, StaffDigestDue
from notifications.models import StaffAlert
from notifications.ports import (
    LOCALES,
    AlertKind,
    MessageKind,
    MessageVariables,
    Recipient,
    get_alert,
    register_alert,
    register_kind,
)
from notifications.rules.letters import paragraphs_of
from notifications.selectors import (
    alert_locale,
    get_letter,
    get_staff_alert,
    greeting_name,
    list_due_digest,
    order_variables,
    spoken_locale,
)
from notifications.selectors.people import get_opt_in

if TYPE_CHECKING:
    from commerce.models import Customer
from postexp.kernel.outbox import DeliveryDied


def thanks_variables(event: OrderPlaced) -> MessageVariables:
    """Thank for an order that was just placed; for an old one that is only taken in late, thanks
    would come too late.
    """
    found = order_variables(event.order_id)
    if event.historic:
        return replace(found, too_late=gettext_noop("The order was placed over two days ago."))
    return found


def why_no_thanks(order_id: str) -> str:
    """A cancelled order is not thanked for."""
    if get_order(order_id).cancelled_at is not None:
        return gettext_noop("The order was cancelled.")
    return ""


register_kind(
    MessageKind(
        name="order.thanks",
        room="commerce",
        title=pgettext_lazy("kind of message", "Order thanks"),
        event=OrderPlaced,
        object_id=lambda event: event.order_id,
        variables=thanks_variables,
        still_true=why_no_thanks,
        useful_for=timedelta(hours=48),
        example=order_variables,
    )
)


def letter_variables(event: LetterWritten) -> MessageVariables:
    """What staff wrote, in the shopper's language where they wrote in it, else in the shop's."""
    found, words = order_variables(event.order_id), get_letter(event.letter_id).words
    locale = found.recipient.locale
    if locale not in words:
        locale = get_merchant().default_locale
    return replace(
        found,
        recipient=replace(found.recipient, locale=locale),
        facts={
            **found.facts,
            "customer_name": greeting_name(get_order(event.order_id).customer, locale),
            "letter": {
                "words": {
                    one: {
                        "subject": written["subject"],
                        "paragraphs": paragraphs_of(written["text"]),
                    }
                    for one, written in words.items()
                },
                "order_numbers": event.order_numbers,
            },
        },
    )


def letter_example(order_id: str) -> MessageVariables:
    """A letter about the order, as staff might write one."""
    found, words = order_variables(order_id), {}
    for locale in LOCALES:
        with translation.override(locale):
            text = gettext("We have asked the carrier where it is, and will write to you again.")
            words[locale] = {"subject": gettext("Your parcel is late"), "paragraphs": [text]}
    letter = {"words": words, "order_numbers": [found.facts["order"]["number"]]}
    return replace(found, facts={**found.facts, "letter": letter})


register_kind(
    MessageKind(
        name="order.letter",
        room="commerce",
        title=pgettext_lazy("kind of message", "Letter from staff"),
        event=LetterWritten,
        object_id=lambda event: f"{event.letter_id}:{event.turn}",
        variables=letter_variables,
        klass=Class.SERVICE,
        example=letter_example,
    )
)


def opt_in_variables(event: ConsentAsked) -> MessageVariables:
    """Ask a customer, where offers would go to, whether they want them."""
    asked = get_opt_in(event.opt_in_id)
    return asking(get_customer(asked.customer_id), asked.address, asked.public_id)


def opt_in_example(order_id: str) -> MessageVariables | None:
    """The customer of an order, as if they had said yes."""
    customer = get_order(order_id).customer
    return asking(customer, customer.email, "opt_example") if customer else None


def asking(customer: Customer, address: str, opt_in_id: str) -> MessageVariables:
    """Return what a yes is asked to be confirmed with."""
    merchant = get_merchant()
    locale = spoken_locale(customer.locale, merchant)
    return MessageVariables(
        recipient=Recipient(address=address, locale=locale, customer_id=customer.public_id),
        facts={
            "customer_name": greeting_name(customer, locale),
            "opt_in": {"url": site_url(merchant, "site:opt_in", locale, opt_in_id)},
        },
    )


def why_not_asked(opt_in_id: str) -> str:
    """Who confirmed already need not be asked."""
    if get_opt_in(opt_in_id).confirmed_at is not None:
        return gettext_noop("It was confirmed already.")
    return ""


register_kind(
    MessageKind(
        name="consent.confirm",
        room="notifications",
        title=pgettext_lazy("kind of message", "Confirm offers"),
        event=ConsentAsked,
        object_id=lambda event: event.opt_in_id,
        variables=opt_in_variables,
        still_true=why_not_asked,
        example=opt_in_example,
    )
)


def represent_alert(alert: StaffAlert, locale: str) -> dict[str, str]:
    """Return an alert as its words name it: title, detail, and the address of its page."""
    kind = get_alert(alert.kind)
    home = reverse("dashboard:home", args=[get_merchant().slug])
    with translation.override(locale):
        title = str(kind.title) if kind else alert.kind
    return {
        "title": title,
        "detail": alert.detail,
        "url": f"{settings.BASE_URL}{home}{alert.path}",
    }


def to_staff(user_id: int, alerts: list[StaffAlert]) -> MessageVariables | None:
    """Write to a member of staff; who has left meanwhile hears nothing more."""
    user = get_user(user_id)
    if user is None or not alerts:
        return None
    locale = alert_locale(user_id)
    choices = reverse("dashboard:alert_choices", args=[get_merchant().slug])
    return MessageVariables(
        recipient=Recipient(address=user.email, locale=locale),
        facts={
            "customer_name": str(user),
            "alerts": [represent_alert(alert, locale) for alert in alerts],
            "links": {"choices": f"{settings.BASE_URL}{choices}"},
        },
    )


def digest_variables(event: StaffDigestDue) -> MessageVariables | None:
    """Tell what was gathered for one person until this morning."""
    return to_staff(event.user_id, list_due_digest(event.user_id, event.day))


register_kind(
    MessageKind(
        name="staff.alert",
        room="notifications",
        title=pgettext_lazy("kind of message", "Alert to staff"),
        event=StaffAlerted,
        object_id=lambda event: event.alert_id,
        variables=lambda event: to_staff(event.user_id, [get_staff_alert(event.alert_id)]),
        klass=Class.STAFF,
    )
)
register_kind(
    MessageKind(
        name="staff.digest",
        room="notifications",
        title=pgettext_lazy("kind of message", "Daily alerts to staff"),
        event=StaffDigestDue,
        object_id=lambda event: f"{event.user_id}:{event.day}",
        variables=digest_variables,
        klass=Class.STAFF,
        useful_for=timedelta(hours=20),
    )
)
register_alert(
    AlertKind(
        name="delivery.died",
        title=pgettext_lazy("kind of alert", "A reaction failed for good"),
        event=DeliveryDied,
        # One failing reaction fails for many events: it is told of once a day.
        object_id=lambda event: f"{event.handler}:{event.day}",
        detail=lambda event: event.handler,
        page=lambda event: ("failure_list", []),
        icon="octagon-alert",
        tone="problem",
    )
)
