"""Taking back what an import brought in, where nothing else has happened to it since."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext as _

from commerce.events import CustomerRemoved, FulfilmentRemoved, OrderChanged, OrderRemoved
from commerce.models import (
    ConsentFact,
    Customer,
    Fulfilment,
    Order,
    OrderLine,
    Product,
    StoreCreditAccount,
    Tender,
    Variant,
)
from postexp.kernel.events import append
from postexp.kernel.history import happened_after, words_of

ORDER_FIELDS = (
    *("source", "number", "number_key", "customer_id", "email", "phone", "locale", "currency"),
    *("tax_included", "placed_at", "source_updated_at", "payment_state", "cancelled_at"),
    *("cancel_reason", "test", "tags", "address", "postcode_key", "country", "total", "captured"),
)
TENDER_FIELDS = ("external_id", "position", "kind", "gateway", "captured")
CUSTOMER_FIELDS = (
    *("external_id", "email", "phone", "family_name", "given_name", "family_kana", "given_kana"),
    *("locale", "tags", "birth_year", "birth_month", "birth_day"),
)
PRODUCT_FIELDS = (
    *("title", "category", "product_type", "vendor", "tags", "care", "final_sale"),
    "source_updated_at",
)
VARIANT_FIELDS = ("external_id", "title", "sku", "price", "stock", "position")


def values_of(row: models.Model, names: Collection[str]) -> dict[str, Any]:
    """Return fields of a row as plain JSON values."""
    told = {name: getattr(row, name) for name in names}
    plain: dict[str, Any] = json.loads(json.dumps(told, cls=DjangoJSONEncoder))
    return plain


def _give_back(row: models.Model, values: dict[str, Any]) -> None:
    fields = {field.attname: field for field in row._meta.concrete_fields}
    for name, value in values.items():
        field = fields[name]
        setattr(row, name, field.to_python(value) if value is not None else None)


def snapshot_order(order: Order) -> dict[str, Any]:
    """Return what `restore_order` puts back."""
    return {
        "order": values_of(order, ORDER_FIELDS),
        "lines": list(OrderLine.objects.filter(order=order).values_list("external_id", flat=True)),
        "tenders": [
            values_of(tender, TENDER_FIELDS) for tender in Tender.objects.filter(order=order)
        ],
    }


def customer_began(order: Order, *, at: datetime) -> str:
    """Return the public id of the order's customer where they came with it at this moment."""
    customer = order.customer
    return customer.public_id if customer is not None and customer.created_at == at else ""


def withdraw_order(
    order_id: str, *, with_customer: str, at: datetime, actor: str, ignoring: Collection[str] = ()
) -> str:
    """Remove an order, and the customer who came with it; return why it was kept, or "".

    It is kept where anyone but `actor` did something to it since, kinds of events and actors in
    `ignoring` aside. Publishes OrderRemoved, and CustomerRemoved.
    """
    order = Order.objects.select_for_update(no_key=True).filter(public_id=order_id).first()
    if order is None:
        return ""
    if kept := _happened(order, actor, ignoring):
        return kept
    try:
        with transaction.atomic():
            order.delete()
    except ProtectedError:
        return _("Something else refers to it.")
    append(OrderRemoved(order_id=order_id, number=order.number), at=at, actor=actor)
    if with_customer:
        withdraw_customer(with_customer, at=at, actor=actor)
    return ""


def restore_order(
    order_id: str,
    before: dict[str, Any],
    *,
    at: datetime,
    actor: str,
    ignoring: Collection[str] = (),
) -> str:
    """Give an order back what it was; return why it was left as it is, or "".

    Publishes OrderChanged.
    """
    order = Order.objects.select_for_update(no_key=True).filter(public_id=order_id).first()
    if order is None:
        return _("It is no longer here.")
    if kept := _happened(order, actor, ignoring):
        return kept
    _give_back(order, before["order"])
    order.save()
    OrderLine.objects.filter(order=order).exclude(external_id__in=before["lines"]).delete()
    positions = [tender["position"] for tender in before["tenders"]]
    Tender.objects.filter(order=order).exclude(position__in=positions).delete()
    for tender in before["tenders"]:
        Tender.objects.update_or_create(order=order, position=tender["position"], defaults=tender)
    append(OrderChanged(order_id=order.public_id, happened_at=at.isoformat()), at=at, actor=actor)
    return ""


def _happened(order: Order, actor: str, ignoring: Collection[str]) -> str:
    since = happened_after(order.public_id, actor=actor, ignoring=ignoring)
    if since is None:
        return ""
    words = words_of(since.type)
    return _("Something happened to it since: %(what)s.") % {
        "what": words.title if words else since.type
    }


def snapshot_customer(customer: Customer) -> dict[str, Any]:
    """Return what `restore_customer` puts back."""
    return values_of(customer, CUSTOMER_FIELDS)


def withdraw_customer(
    customer_id: str, *, at: datetime, actor: str, consents: Collection[int] = ()
) -> str:
    """Remove a customer without orders and credit; return why they were kept, or "".

    They are kept as well where they said anything of being written to beyond `consents`, rows that
    came in with them: a refusal must not be lost. Publishes CustomerRemoved.
    """
    customer = Customer.objects.select_for_update(no_key=True).filter(public_id=customer_id).first()
    if customer is None:
        return ""
    if Order.objects.filter(customer=customer).exists():
        return _("The customer has orders.")
    if StoreCreditAccount.objects.filter(customer=customer).exists():
        return _("The customer has store credit.")
    if ConsentFact.objects.filter(customer=customer).exclude(pk__in=consents).exists():
        return _("The customer has since said whether they want marketing.")
    customer.delete()
    append(CustomerRemoved(customer_id=customer_id), at=at, actor=actor)
    return ""


def restore_customer(customer_id: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    """Give a customer back what they were, unless they have changed from `after` since."""
    customer = Customer.objects.select_for_update(no_key=True).filter(public_id=customer_id).first()
    if customer is None:
        return _("It is no longer here.")
    if values_of(customer, CUSTOMER_FIELDS) != after:
        return _("It has changed since.")
    _give_back(customer, before)
    customer.save()
    return ""


def noted_consents(customer: Customer, *, source: str, at: datetime) -> list[int]:
    """Return the rows of consent that a source brought in at this moment."""
    noted = ConsentFact.objects.filter(customer=customer, source=source, at=at)
    return list(noted.order_by("id").values_list("pk", flat=True))


def forget_consents(customer_id: str, consents: Collection[int]) -> None:
    """Forget some of what was noted of a customer's consent, by rows."""
    ConsentFact.objects.filter(customer__public_id=customer_id, pk__in=consents).delete()


def snapshot_product(product: Product) -> dict[str, Any]:
    """Return what `restore_product` puts back, and compares."""
    return {
        "product": values_of(product, PRODUCT_FIELDS),
        "variants": [
            values_of(variant, VARIANT_FIELDS)
            for variant in Variant.objects.filter(product=product).order_by("external_id")
        ],
    }


def withdraw_product(product_id: str, after: dict[str, Any]) -> str:
    """Remove a product nobody ordered, unless it changed from `after`; return why not, or ""."""
    product = Product.objects.select_for_update(no_key=True).filter(public_id=product_id).first()
    if product is None:
        return ""
    if snapshot_product(product) != after:
        return _("It has changed since.")
    if OrderLine.objects.filter(product=product).exists():
        return _("It has been ordered.")
    try:
        with transaction.atomic():
            product.delete()
    except ProtectedError:
        return _("Something else refers to it.")
    return ""


def restore_product(product_id: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    """Give a product back what it was, unless it changed from `after`; return why not, or ""."""
    product = Product.objects.select_for_update(no_key=True).filter(public_id=product_id).first()
    if product is None:
        return _("It is no longer here.")
    if snapshot_product(product) != after:
        return _("It has changed since.")
    _give_back(product, before["product"])
    product.save()
    variants = Variant.objects.filter(product=product)
    known = [variant["external_id"] for variant in before["variants"]]
    added = variants.exclude(external_id__in=known)
    if OrderLine.objects.filter(variant__in=added).exists():
        return _("It has been ordered.")
    added.delete()
    for values in before["variants"]:
        variants.filter(external_id=values["external_id"]).update(**values)
    return ""


def withdraw_fulfilment(external_id: str, *, at: datetime, actor: str) -> None:
    """Remove a fulfilment with its units. Publishes FulfilmentRemoved."""
    fulfilment = (
        Fulfilment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("order")
        .filter(external_id=external_id)
        .first()
    )
    if fulfilment is None:
        return
    fulfilment_id, order = fulfilment.public_id, fulfilment.order
    fulfilment.delete()
    append(
        FulfilmentRemoved(
            order_id=order.public_id if order else "",
            happened_at=at.isoformat(),
            fulfilment_id=fulfilment_id,
        ),
        at=at,
        actor=actor,
    )
