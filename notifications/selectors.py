"""Reads of messages, of addresses that must not be written to, and of the development mailbox."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils import translation

from commerce import links
from commerce.enums import Right
from commerce.selectors import get_merchant, get_order
from commerce.selectors.setup import demo_order_ids
from commerce.serializers import represent_order
from notifications.enums import AlertMail, State
from notifications.models import (
    AlertChoice,
    Letter,
    MailboxMail,
    Message,
    StaffAlert,
    Suppression,
    WentLive,
)
from notifications.ports import (
    LOCALES,
    Forecast,
    MessageVariables,
    Recipient,
    foresee_messages,
)
from postexp.design.formats import honorific
from postexp.kernel.tenancy import current_merchant_id

if TYPE_CHECKING:
    from commerce.models import Customer, Membership, Merchant

NEWEST = 8
FOR_STAFF = (State.FAILED, State.OUTCOME_UNKNOWN)
LIST_FIELDS = (
    *("id", "merchant_id", "public_id", "kind", "state", "reason", "detail", "subject"),
    *("address", "name", "locale", "order_id", "order_number", "planned_at", "send_at"),
    *("settled_at", "listed_at", "channel"),
)


def order_variables(order_id: str, /, **facts: Any) -> MessageVariables:
    """Return the variables of a message about an order: whom to write to, how to greet, the order,
    its links.

    Rooms add their own representation as `facts`, under the names of `docs/messages.md`.
    Raises Order.DoesNotExist.
    """
    order, merchant = get_order(order_id), get_merchant()
    customer = order.customer
    locale = spoken_locale(order.locale, merchant)
    known = {
        "order": represent_order(order),
        "customer_name": greeting_name(customer, locale),
        "links": {
            "tracking": links.tracking_url(merchant, order, locale),
            "returns": links.return_url(merchant, order, locale),
        },
    }
    return MessageVariables(
        recipient=Recipient(
            address=order.email or (customer.email if customer else ""),
            locale=locale,
            customer_id=customer.public_id if customer else "",
        ),
        order_id=order.public_id,
        facts={**known, **facts},
    )


def spoken_locale(wanted: str, merchant: Merchant) -> str:
    """Return the language to write in: the wanted one where we have words in it, else the shop's
    own.
    """
    language = wanted.lower()[:2]
    return language if language in LOCALES else merchant.default_locale


def greeting_name(customer: Customer | None, locale: str) -> str:
    """Return the name to greet with: 山田 花子 様, お客様, Hannah; in English it may be empty."""
    if locale == "ja":
        with translation.override("ja"):
            return honorific(customer.full_name("ja") if customer else "")
    return (customer.given_name or customer.full_name("en")) if customer else ""


def address_hash(address: str) -> str:
    """Return what is kept of an address that must not be written to: told apart, not readable."""
    normal = f"{current_merchant_id()}:{address.strip().lower()}"
    return hashlib.sha256(normal.encode()).hexdigest()


def find_suppression(address: str) -> Suppression | None:
    """Return why an address must not be written to, or None when it may."""
    return Suppression.objects.filter(address_hash=address_hash(address)).first()


def is_live() -> bool:
    """Whether the messages of the scope's shop go to shoppers."""
    return bool(WentLive.objects.exists())


def list_due_messages(*, until: datetime, limit: int) -> list[Message]:
    """Return the messages that would go out by an instant, the first to go on top.

    Those about demo data never do.
    """
    waiting = list_messages(states=[State.PLANNED, State.HELD]).filter(send_at__lte=until)
    due = waiting.exclude(order_id__in=demo_order_ids())
    return list(due.order_by("send_at", "id")[:limit])


def list_likely_messages(*, limit: int) -> list[Forecast]:
    """Return the messages the rooms expect to cause in the next 24 hours, at most `limit`.

    Those about demo data go to nobody.
    """
    return foresee_messages(limit, leaving_out=demo_order_ids())[:limit]


def count_dry_runs(*, since: datetime) -> dict[str, int]:
    """Return how many messages of each kind a live shop would have sent since an instant."""
    written = Message.objects.filter(state=State.DRY_RUN, settled_at__gte=since)
    rows = written.exclude(order_id__in=demo_order_ids())
    counted = rows.order_by().values("kind").annotate(count=Count("id"))
    return {row["kind"]: row["count"] for row in counted}


def get_message(public_id: str) -> Message:
    """Return a message; raises Message.DoesNotExist."""
    found: Message = Message.objects.get(public_id=public_id)
    return found


def access_message(public_id: str) -> Message:
    """Return a message of the scope's shop for a page; raises Http404."""
    message: Message | None = Message.objects.filter(public_id=public_id).first()
    if message is None:
        raise Http404
    return message


def list_messages(
    *, search: str = "", states: Collection[str] = (), kind: str = ""
) -> QuerySet[Message]:
    """Return messages without their words, what happened last first.

    `search` matches the order number, the address, the name, the subject or an id; `states` and
    `kind` narrow.
    """
    messages: QuerySet[Message] = Message.objects.only(*LIST_FIELDS).order_by("-listed_at", "-id")
    if states:
        messages = messages.filter(state__in=states)
    if kind:
        messages = messages.filter(kind=kind)
    if search:
        messages = messages.filter(
            Q(order_number__iexact=search)
            | Q(order_number__iexact=f"#{search}")
            | Q(address__istartswith=search)
            | Q(name__icontains=search)
            | Q(subject__icontains=search)
            | Q(public_id=search)
            | Q(order_id=search)
            | Q(customer_id=search)
            | Q(object_id=search)
        )
    return messages


def list_messages_for_programs(*, state: str = "", order_id: str = "") -> QuerySet[Message]:
    """Return messages without their words, narrowed by what is given."""
    messages: QuerySet[Message] = Message.objects.defer("html", "text", "facts")
    if state:
        messages = messages.filter(state=state)
    return messages.filter(order_id=order_id) if order_id else messages


def count_by_state() -> dict[str, int]:
    """Return how many messages stand in each state."""
    rows = Message.objects.order_by().values("state").annotate(count=Count("id"))
    return {row["state"]: row["count"] for row in rows}


def list_waiting_for_staff() -> QuerySet[Message]:
    """Return the messages a person has to look at: failed ones, and of unknown outcome."""
    return Message.objects.filter(state__in=FOR_STAFF)


def list_messages_of_order(order_id: str) -> list[Message]:
    """Return the newest messages about an order, without their words."""
    return list(list_messages().filter(order_id=order_id)[:NEWEST])


def list_messages_of_parcel(shipment_id: str, order_id: str) -> list[Message]:
    """Return the newest messages about a parcel or its order, without their words.

    Those about other parcels of the order are left out.
    """
    others = Q(object_id__startswith="shp_") & ~Q(object_id__startswith=shipment_id)
    return list(list_messages().filter(order_id=order_id).exclude(others)[:NEWEST])


def newest_order_told_of(kind: str) -> str:
    """Return the public id of the order that the newest message of a kind is about, or ""."""
    told = Message.objects.filter(kind=kind).exclude(order_id="").order_by("-id")
    return str(told.values_list("order_id", flat=True).first() or "")


def list_messages_of_customer(customer_id: str) -> list[Message]:
    """Return the newest messages to a customer, without their words."""
    return list(list_messages().filter(customer_id=customer_id)[:NEWEST])


def get_letter(public_id: str) -> Letter:
    """Return a letter; raises Letter.DoesNotExist."""
    found: Letter = Letter.objects.get(public_id=public_id)
    return found


def list_mailbox(
    *, memberships: Collection[Membership] | None, search: str = ""
) -> QuerySet[MailboxMail]:
    """Return caught mails, newest first: those a member may read, or with None every mail there
    is.
    """
    mails = MailboxMail.objects.defer("html", "text", "mime").order_by("-id")
    if memberships is not None:
        mails = mails.filter(_readable_by(memberships))
    if search:
        mails = mails.filter(Q(subject__icontains=search) | Q(recipients__icontains=search))
    return mails


def access_mail(public_id: str, *, memberships: Collection[Membership] | None) -> MailboxMail:
    """Return one caught mail that the reader may see; raises Http404."""
    mails = MailboxMail.objects.filter(public_id=public_id)
    if memberships is not None:
        mails = mails.filter(_readable_by(memberships))
    mail = mails.first()
    if mail is None:
        raise Http404
    return mail


def _readable_by(memberships: Collection[Membership]) -> Q:
    """Return which caught mails members of shops read.

    An invitation opens the shop to whoever follows its link, so it is for those alone who could
    have sent it.
    """
    readers = [member.merchant_id for member in memberships]
    inviters = [member.merchant_id for member in memberships if member.may(Right.CONFIGURE)]
    return Q(merchant_id__in=inviters) | Q(merchant_id__in=readers) & ~Q(message_id="")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a person wants to hear of one kind of alert; unasked, they find it in the dashboard."""

    dashboard: bool = True
    mail: str = AlertMail.OFF

    @property
    def wants_any(self) -> bool:
        """Whether they want to hear of it at all."""
        return self.dashboard or self.mail != AlertMail.OFF


def choices_by_person(kind: str) -> dict[int, Choice]:
    """Return what those who chose want to hear of one kind of alert, by the id of the person."""
    return {
        row.user_id: Choice(dashboard=row.dashboard, mail=row.mail)
        for row in AlertChoice.objects.filter(kind=kind)
    }


def choices_of(user_id: int) -> dict[str, Choice]:
    """Return what a person chose, by kind of alert."""
    return {
        row.kind: Choice(dashboard=row.dashboard, mail=row.mail)
        for row in AlertChoice.objects.filter(user_id=user_id)
    }


def alert_locale(user_id: int) -> str:
    """Return the language a person reads alerts in: that of their choices, else the shop's."""
    chosen = AlertChoice.objects.filter(user_id=user_id).order_by("-id").first()
    return chosen.locale if chosen else get_merchant().default_locale


def get_staff_alert(public_id: str) -> StaffAlert:
    """Return an alert; raises StaffAlert.DoesNotExist."""
    found: StaffAlert = StaffAlert.objects.get(public_id=public_id)
    return found


def access_alert(public_id: str, user_id: int) -> StaffAlert:
    """Return an alert of the person for a page; raises Http404."""
    found: StaffAlert | None = StaffAlert.objects.filter(
        public_id=public_id, user_id=user_id
    ).first()
    if found is None:
        raise Http404
    return found


def list_staff_alerts(user_id: int) -> QuerySet[StaffAlert]:
    """Return what a person asked to find in the dashboard."""
    return StaffAlert.objects.filter(user_id=user_id)


def list_unread_alerts(user_id: int) -> QuerySet[StaffAlert]:
    """Return the alerts of a person that are unread."""
    return list_staff_alerts(user_id).filter(read_at=None)


def list_due_digest(user_id: int, day: str) -> list[StaffAlert]:
    """Return the alerts of a person's digest of one day of the shop (ISO 8601), oldest first."""
    return list(StaffAlert.objects.filter(user_id=user_id, digest_on=day).order_by("id"))


def merchants_awaiting_digests() -> list[int]:
    """Return the ids of the shops where an alert waits for a digest, of all shops there are."""
    waiting = StaffAlert.every_merchant.filter(mail=AlertMail.DAILY, mailed_at=None)
    return list(waiting.order_by("merchant_id").values_list("merchant_id", flat=True).distinct())
