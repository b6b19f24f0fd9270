"""A customer in the shop's test shop: requests sent again there brought them along."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from commerce.enums import PrivacyKind
from commerce.models import Customer, Merchant, Order
from commerce.ports import Person, PersonalDataKeeper
from commerce.selectors import get_merchant
from commerce.services.customers import record_privacy_request
from commerce.services.sandboxes import find_sandbox
from postexp.kernel.tenancy import merchant_scope


def export(_person: Person) -> list[str]:
    """Add nothing: what the test shop has of somebody is a copy of what the shop hands out."""
    return []


def erase(person: Person, at: datetime) -> None:
    """Ask the test shop to erase a person as well. Publishes PrivacyRequested there.

    It knows them by the ids of the shop's platform, or by their e-mail addresses.
    """
    twin = find_sandbox(get_merchant())
    if twin is None:
        return
    known = Customer.objects.filter(public_id=person.customer_id).exclude(external_id="")
    customers = list(known.values_list("external_id", flat=True))
    orders = Order.objects.filter(public_id__in=person.order_ids)
    order_ids = list(orders.values_list("external_id", flat=True))
    with merchant_scope(twin.pk):
        _ask_to_erase(twin, person, customers, order_ids, at)


def _ask_to_erase(
    twin: Merchant, person: Person, customers: list[str], orders: list[str], at: datetime
) -> None:
    theirs = Q(email__in=person.emails)
    copies = Customer.objects.filter(theirs | Q(external_id__in=customers)).exclude(external_id="")
    copied = Order.objects.filter(theirs | Q(external_id__in=orders))
    order_ids = tuple(copied.order_by("id").values_list("external_id", flat=True))
    guest = [""] if order_ids else []
    for customer_id in list(copies.values_list("external_id", flat=True)) or guest:
        record_privacy_request(
            merchant=twin,
            kind=PrivacyKind.ERASE_CUSTOMER,
            external_id="",
            customer_external_id=customer_id,
            order_external_ids=order_ids,
            at=at,
            actor="system",
        )


KEEPER_OF_TWINS = PersonalDataKeeper(name="test shop", export=export, erase=erase)
