"""What commerce itself and the log keep of a person: handed out, and forgotten."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from commerce.enums import PromoState
from commerce.models import (
    ConsentFact,
    Customer,
    DataExport,
    Fulfilment,
    Order,
    PromoCode,
    StoreCreditEntry,
)
from commerce.ports import Person, PersonalDataKeeper
from commerce.serializers import instant, money, represent_customer, represent_order
from commerce.serializers.promos import represent_promo
from postexp.kernel.erasing import Stretch, patterns_of
from postexp.kernel.files import delete_after_commit
from postexp.kernel.models import IdempotencyRecord, InboxMessage


def export(person: Person) -> dict[str, Any]:
    """Return the customer, what they agreed to, their store credit, promo codes and orders."""
    customer = Customer.objects.filter(public_id=person.customer_id).first()
    orders = Order.objects.filter(public_id__in=person.order_ids).select_related("customer")
    return {
        "customer": represent_customer(customer),
        "birthday": _birthday(customer),
        "consents": [
            {
                "channel": fact.channel,
                "purpose": fact.purpose,
                "granted": fact.granted,
                "at": instant(fact.at),
                "source": fact.source,
            }
            for fact in ConsentFact.objects.filter(customer=customer).order_by("id")
        ],
        "store_credit": [
            {
                "amount": money(entry.amount, entry.account.currency),
                "reason": entry.reason,
                "at": instant(entry.at),
            }
            for entry in StoreCreditEntry.objects.filter(account__customer=customer)
            .select_related("account")
            .order_by("id")
        ],
        "promo_codes": [
            represent_promo(promo)
            for promo in PromoCode.objects.filter(customer=customer).order_by("id")
        ],
        "orders": [represent_order(order) for order in orders.order_by("id")],
    }


def _birthday(customer: Customer | None) -> dict[str, int | None] | None:
    if customer is None or customer.birth_month is None:
        return None
    return {
        "year": customer.birth_year,
        "month": customer.birth_month,
        "day": customer.birth_day,
    }


def erase(person: Person, at: datetime) -> None:
    """Forget who the customer is and whom the orders were for; sums and store credit stay.

    Promo codes that are in the shop stay as part of its books; others are not created any more.
    """
    Customer.objects.filter(public_id=person.customer_id).update(
        **dict.fromkeys(("email", "phone", "family_name", "given_name"), ""),
        **dict.fromkeys(("family_kana", "given_kana"), ""),
        **dict.fromkeys(("birth_year", "birth_month", "birth_day")),
        tags=[],
        erased_at=at,
    )
    ConsentFact.objects.filter(customer__public_id=person.customer_id).delete()
    PromoCode.objects.filter(
        customer__public_id=person.customer_id, state__in=(PromoState.WANTED, PromoState.REFUSED)
    ).update(state=PromoState.DROPPED, detail="")
    orders = Order.objects.filter(public_id__in=person.order_ids)
    Fulfilment.objects.filter(order__in=orders).update(tracking_urls=[])
    _forget_requests(person)
    for made in DataExport.objects.filter(customer__public_id=person.customer_id):
        if made.path:
            delete_after_commit(made.path)
        made.delete()
    orders.update(email="", phone="", address={}, postcode_key="", tags=[], erased_at=at)


def _forget_requests(person: Person) -> None:
    """Empty the raw requests that led to the person's objects."""
    objects = [*person.order_ids, person.customer_id]
    led = Fulfilment.objects.filter(order__public_id__in=person.order_ids)
    objects += led.values_list("public_id", flat=True)
    InboxMessage.objects.filter(effect_object_id__in=[one for one in objects if one]).update(
        body=b"", headers={}
    )


# A shorter id would be found in the bodies of others' requests.
LONG_ID = 8


def telling_ids(person: Person) -> list[str]:
    """Return the external ids of the person's orders that raw requests are searched for."""
    orders = Order.objects.filter(public_id__in=person.order_ids)
    found = orders.order_by("id").values_list("external_id", flat=True)
    return [external_id for external_id in found if len(external_id) >= LONG_ID]


def forget_requests_naming(external_ids: Collection[str], stretch: Stretch) -> None:
    """Empty the raw requests, and delete the answers, of a stretch that name one of some orders."""
    if not external_ids:
        return
    patterns = patterns_of([_escaped(external_id) for external_id in external_ids])
    if stretch.table.name == InboxMessage._meta.db_table:
        InboxMessage.objects.filter(pk__gte=stretch.start, pk__lt=stretch.end).extra(
            where=["encode(body, 'escape') ~ ANY(%s)"], params=[patterns]
        ).update(body=b"", headers={})
    elif stretch.table.name == IdempotencyRecord._meta.db_table:
        IdempotencyRecord.objects.filter(pk__gte=stretch.start, pk__lt=stretch.end).extra(
            where=["encode(body, 'escape') ~ ANY(%s)"], params=[patterns]
        ).delete()


def _escaped(text: str) -> str:
    """Return a text as PostgreSQL spells its bytes with `encode(…, 'escape')`."""
    spelt = text.replace("\\", "\\\\").encode()
    return "".join(chr(byte) if byte < 128 else f"\\{byte:o}" for byte in spelt)


KEEPER = PersonalDataKeeper(name="commerce", export=export, erase=erase)
