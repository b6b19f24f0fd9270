"""The kinds of message about orders; commerce stands below and cannot declare them itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, gettext_noop, pgettext_lazy

from commerce.enums import PromoPurpose, PromoState
from commerce.events import OrderPlaced, PromoCodeToEnter
from commerce.links import site_url
from commerce.selectors import (
    get_customer,
    get_merchant,
    get_order,
    get_user,
    has_open_work,
    is_first_order,
)
from commerce.selectors.promos import find_promo, get_promo, promo_offer, sample_promo
from commerce.serializers.promos import represent_promo
from notifications.enums import Class, Medium
from notifications.events import (
    ConsentAsked,
    ContactLinked,
    LetterWritten,
    StaffAlerted,
    StaffDigestDue,
)
from notifications.links import preferences_url
from notifications.models import StaffAlert
from notifications.ports import (
    LOCALES,
    OF_ORDER,
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
from notifications.selectors.flows import get_flow
from notifications.selectors.messages import was_sent_to
from notifications.selectors.people import get_opt_in, wants_offers
from postexp.kernel.outbox import DeliveryDied

if TYPE_CHECKING:
    from commerce.models import Customer


def thanks_variables(event: OrderPlaced) -> MessageVariables:
    """Thank for an order that was just placed; for an old one that is only taken in late, thanks
    would come too late.
    """
    return replace(order_variables(event.order_id), too_late=why_too_late(event))


def why_too_late(event: OrderPlaced) -> str:
    """Return why nobody is thanked any more, or ""."""
    return gettext_noop("The order was placed over two days ago.") if event.historic else ""


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
        tells=OF_ORDER,
        still_true=why_no_thanks,
        useful_for=timedelta(hours=48),
        example=order_variables,
    )
)


FIRST_THANKS = "order.first_thanks"
FIRST_THANKS_DELAY = timedelta(days=1)
CODE_PATIENCE = timedelta(hours=1)
"""How long after it was to be sent, thanks wait for a code that a platform is creating."""


def first_thanks_variables(event: OrderPlaced) -> MessageVariables | None:
    """Thank a customer, once, for the first order they made."""
    order = get_order(event.order_id)
    if order.customer is None or not is_first_order(order):
        return None
    if was_sent_to(order.customer.public_id, FIRST_THANKS):
        return None
    return replace(plain_thanks(event.order_id), too_late=why_too_late(event))


def plain_thanks(order_id: str) -> MessageVariables:
    """Return thanks without a code, which are no marketing."""
    return order_variables(order_id, promo=None)


def why_no_first_thanks(order_id: str) -> str:
    """A customer whose return or claim is open is helped first."""
    order = get_order(order_id)
    if order.cancelled_at is not None:
        return gettext_noop("The order was cancelled.")
    if not is_first_order(order):
        return gettext_noop("It is not the first order of the customer.")
    if order.customer is not None and has_open_work(order.customer):
        return gettext_noop("A return or claim of the customer is open.")
    return ""


def first_thanks_now(order_id: str, at: datetime) -> MessageVariables | None:
    """Return thanks with the customer's code where it is good in the shop and they want offers, as
    marketing; else without. None while the code may yet get into the shop.
    """
    plain = plain_thanks(order_id)
    promo = find_promo(plain.recipient.customer_id, PromoPurpose.THANKS)
    if promo is None or why_no_first_thanks(order_id):
        return plain
    if not gives_codes(plain.recipient.customer_id):
        return plain
    if promo.state == PromoState.WANTED and promo.platform and at < promo.needed_by + CODE_PATIENCE:
        return None
    if promo.state != PromoState.CREATED or promo.used_at or promo.valid_until <= at:
        return plain
    facts = {**plain.facts, "promo": represent_promo(promo)}
    return replace(plain, facts=facts, klass=Class.MARKETING)


def gives_codes(customer_id: str) -> bool:
    """Whether the thanks to a customer may bring a code: they agreed to marketing where it goes."""
    return wants_offers(customer_id, get_flow(FIRST_THANKS).chain)


def first_thanks_may_offer() -> bool:
    """Whether the shop gives codes with its thanks."""
    return promo_offer(PromoPurpose.THANKS) is not None


def first_thanks_example(order_id: str) -> MessageVariables:
    """Thanks for an order, with a code of the kind the shop gives, if it does."""
    plain, offer = plain_thanks(order_id), promo_offer(PromoPurpose.THANKS)
    if offer is None:
        return plain
    begins = get_order(order_id).placed_at + FIRST_THANKS_DELAY
    facts = {**plain.facts, "promo": represent_promo(sample_promo(offer, at=begins))}
    return replace(plain, facts=facts, klass=Class.MARKETING)


register_kind(
    MessageKind(
        name=FIRST_THANKS,
        room="commerce",
        title=pgettext_lazy("kind of message", "Thanks for the first order"),
        event=OrderPlaced,
        object_id=lambda event: event.order_id,
        variables=first_thanks_variables,
        tells=(*OF_ORDER, "promo"),
        still_true=why_no_first_thanks,
        renew=first_thanks_now,
        may_offer=first_thanks_may_offer,
        default_on=False,
        default_delay=FIRST_THANKS_DELAY,
        useful_for=timedelta(days=7),
        example=first_thanks_example,
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
        tells=(*OF_ORDER, "letter"),
        klass=Class.SERVICE,
        own_words=False,
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
        tells=("customer_name", "opt_in"),
        still_true=why_not_asked,
        mail_alone=True,
        example=opt_in_example,
    )
)


def linked_variables(event: ContactLinked) -> MessageVariables:
    """Tell a customer, where they were known before, of an account that was linked to them."""
    return linked_words(get_customer(event.customer_id), Medium(event.channel), event.linked_at)


def linked_example(order_id: str) -> MessageVariables | None:
    """The customer of an order, as if they had linked LINE when they ordered."""
    order = get_order(order_id)
    if order.customer is None:
        return None
    return linked_words(order.customer, Medium.LINE, order.placed_at.isoformat())


def linked_words(customer: Customer, channel: Medium, linked_at: str) -> MessageVariables:
    """Return which channel was linked when, and the page where that is undone."""
    merchant = get_merchant()
    locale = spoken_locale(customer.locale, merchant)
    with translation.override(locale):
        label = str(channel.label)
    return MessageVariables(
        recipient=Recipient(address=customer.email, locale=locale, customer_id=customer.public_id),
        facts={
            "customer_name": greeting_name(customer, locale),
            "contact": {
                "channel": label,
                "linked_at": linked_at,
                "url": preferences_url(merchant, customer.public_id, locale),
            },
        },
    )


register_kind(
    MessageKind(
        name="contact.linked",
        room="notifications",
        title=pgettext_lazy("kind of message", "Account linked"),
        event=ContactLinked,
        object_id=lambda event: f"{event.customer_id}:{event.channel}:{event.linked_at}",
        variables=linked_variables,
        tells=("customer_name", "contact"),
        # Whoever holds the link of an order can link an account: its owner hears of it elsewhere.
        mail_alone=True,
        useful_for=timedelta(days=7),
        example=linked_example,
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
        name="promo_code.to_enter",
        title=pgettext_lazy("kind of alert", "A promo code has to be entered in the shop"),
        event=PromoCodeToEnter,
        object_id=lambda event: event.promo_id,
        detail=lambda event: get_promo(event.promo_id).code,
        page=lambda event: ("promo_list", []),
        icon="gift",
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
