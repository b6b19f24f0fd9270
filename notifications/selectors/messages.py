"""Reads of messages, and of letters."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404

from commerce.rules import name_keys, normal_phone
from commerce.selectors import find_customer_at, get_merchant, list_orders_numbered
from commerce.selectors.names import ids_of_customers_named
from commerce.selectors.setup import demo_order_ids
from notifications.enums import TO_SHOPPERS, WAITING, Hold, Medium, SendingState, State
from notifications.models import (
    Letter,
    Message,
    Receipt,
    Sending,
    WentLive,
)
from notifications.models.messages import ADDRESS_BYTES, NAME_BYTES
from notifications.ports import Forecast, foresee_messages, list_kinds
from postexp.kernel.counts import count_each

NEWEST = 8
MOST_OF_A_NUMBER, MOST_OF_A_NAME = 20, 200
"""How many orders of one number, and customers of one name, a search looks at."""
FOR_STAFF = (State.FAILED, State.OUTCOME_UNKNOWN)
LIST_FIELDS = (
    *("id", "merchant_id", "public_id", "kind", "state", "reason", "detail", "subject"),
    *("address", "name", "locale", "order_id", "order_number", "planned_at", "send_at"),
    *("settled_at", "listed_at", "channel", "holding"),
)


def is_live() -> bool:
    """Whether the messages of the scope's shop go to shoppers."""
    return bool(WentLive.objects.exists())


def is_being_handed_over(*, channel: Medium, address: str) -> bool:
    """Whether a channel is being given a message to an address, and has not named it yet."""
    if not address:
        return False
    unnamed = Sending.objects.filter(channel=channel, address__in={address, address.lower()})
    return bool(unnamed.filter(state=SendingState.SENDING, provider_id="").exists())


def list_due_messages(*, until: datetime, limit: int) -> list[Message]:
    """Return the messages that would go out by an instant, without their words, the first to go on
    top.

    Those about demo data never do.
    """
    waiting = Message.objects.filter(state__in=WAITING, klass__in=TO_SHOPPERS, send_at__lte=until)
    due = waiting.exclude(order_id__in=demo_order_ids()).defer("facts", "html", "text", "short")
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
    *,
    search: str = "",
    states: Collection[str] = (),
    kind: str = "",
    channel: str = "",
    why: str = "",
) -> QuerySet[Message]:
    """Return messages without their words, what happened last first.

    `search` matches an order number, the beginning of an address or of a name or its reading, the
    e-mail address of a customer, or an id; `states`, `kind` and `channel` narrow, and so does
    `why`: what they wait for now, or why they were not sent.
    """
    messages: QuerySet[Message] = Message.objects.only(*LIST_FIELDS).order_by("-listed_at", "-id")
    if states:
        messages = messages.filter(state__in=states)
    if kind:
        messages = messages.filter(kind=kind)
    if channel:
        messages = messages.filter(channel=channel)
    if why in Hold.values:
        messages = messages.filter(holding=why, state__in=WAITING)
    elif why:
        messages = messages.filter(reason=why)
    if search:
        comparable = messages.alias(address_bytes=ADDRESS_BYTES, name_bytes=NAME_BYTES)
        messages = comparable.filter(_is_about(search))
    return messages


def _is_about(search: str) -> Q:
    """Return which messages a search finds; each way of finding one has its index.

    Whose orders and names it may be is read first: a condition on another table takes no index.
    """
    orders = list_orders_numbered(search).order_by("-id").values_list("public_id", flat=True)
    customers = [search, *ids_of_customers_named(search, limit=MOST_OF_A_NAME)]
    if "@" in search and (customer := find_customer_at(email=search)) is not None:
        # What went to them by another channel than e-mail, too.
        customers.append(customer.public_id)
    found = (
        Q(order_id__in=[search, *orders[:MOST_OF_A_NUMBER]])
        | Q(customer_id__in=customers)
        | Q(address_bytes__startswith=search)
        | Q(address_bytes__startswith=search.lower())
        | Q(public_id=search)
        | Q(kind__in=[kind.name for kind in list_kinds()], object_id=search)
    )
    if phone := normal_phone(search, get_merchant().country):
        found |= Q(address_bytes=phone)
    for key in filter(None, name_keys(search)):
        found |= Q(name_bytes__startswith=key)
    return found


def list_messages_for_programs(*, state: str = "", order_id: str = "") -> QuerySet[Message]:
    """Return messages without their words, narrowed by what is given."""
    messages: QuerySet[Message] = Message.objects.defer("html", "text", "facts")
    if state:
        messages = messages.filter(state=state)
    return messages.filter(order_id=order_id) if order_id else messages


def count_in_states(several: Mapping[str, Collection[State]], *, most: int) -> dict[str, int]:
    """Return how many messages stand in the states of each name, counted up to `most`."""
    found = [Message.objects.filter(state__in=states) for states in several.values()]
    return dict(zip(several, count_each(found, most=most), strict=True))


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


def list_merged(message: Message) -> list[Message]:
    """Return what a message says besides its own: those that were merged into it, oldest first.

    They share its order or its customer.
    """
    near = Q(order_id=message.order_id) if message.order_id else Q(pk__in=())
    if message.customer_id:
        near |= Q(customer_id=message.customer_id)
    merged = Message.objects.filter(near, merged_into=message.public_id)
    return list(merged.only(*LIST_FIELDS).order_by("id"))


def list_sendings(message: Message) -> list[Sending]:
    """Return each handing over of a message with its receipts in their order, the first on top."""
    told = Prefetch("receipts", queryset=Receipt.objects.order_by("at", "id"))
    return list(Sending.objects.filter(message=message).order_by("step").prefetch_related(told))


def get_letter(public_id: str) -> Letter:
    """Return a letter; raises Letter.DoesNotExist."""
    found: Letter = Letter.objects.get(public_id=public_id)
    return found


def was_sent_to(customer_id: str, kind: str) -> bool:
    """Whether a customer was sent a message of a kind before."""
    told = Message.objects.filter(customer_id=customer_id, kind=kind, state=State.SENT)
    return told.exists()
