"""One customer's data: a file of everything, and its erasure. The books stay as they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from commerce.enums import ExportState, PrivacyKind
from commerce.events import CustomerErased, CustomerExported, PrivacyAnswered
from commerce.models import (
    Customer,
    CustomerErasure,
    DataExport,
    Merchant,
    PrivacyRequest,
    User,
)
from commerce.ports import Person, list_personal_data
from commerce.selectors.people import customer_asked_for, person_asked_for, person_of
from commerce.services.customers import record_privacy_request
from commerce.services.privacy.exports import KEEP, folder_of
from commerce.services.privacy.personal import forget_requests_naming, telling_ids
from postexp.kernel.erasing import Stretch, first_stretch, forget_words, may_erase, merchant_tables
from postexp.kernel.events import append
from postexp.kernel.files import private_files

SYSTEM = "system"


def export_customer(*, customer: Customer, by: User, at: datetime) -> DataExport:
    """Make a file of everything kept about a customer. Publishes CustomerExported."""
    return make_customer_export(
        person_of(customer), customer=customer, request=None, by=by, at=at, actor=by.actor
    )


def make_customer_export(
    person: Person,
    *,
    customer: Customer | None,
    request: PrivacyRequest | None,
    by: User | None,
    at: datetime,
    actor: str,
) -> DataExport:
    """Write what every room keeps of a person into a JSON file; publishes CustomerExported."""
    data = {keeper.name: keeper.export(person) for keeper in list_personal_data()}
    text = json.dumps(data, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder)
    with transaction.atomic():
        made = DataExport(customer=customer, request=request, asked_by=by, asked_at=at)
        made.path = private_files().save(
            f"{folder_of()}/exports/{made.public_id}.json", ContentFile(text.encode())
        )
        made.state, made.finished_at, made.expires_at = ExportState.DONE, at, at + KEEP
        made.size, made.rows = len(text.encode()), len(person.order_ids)
        made.save()
        append(
            CustomerExported(customer_id=person.customer_id, export_id=made.public_id),
            at=at,
            actor=actor,
        )
    return made


def order_customer_erasure(
    *, merchant: Merchant, customer: Customer, by: User, at: datetime
) -> PrivacyRequest:
    """Order that a customer be erased; a worker carries it out, see `answer_by_itself`.

    Ordered twice, it is one request. Publishes PrivacyRequested.
    """
    with transaction.atomic():
        request = record_privacy_request(
            merchant=merchant,
            kind=PrivacyKind.ERASE_CUSTOMER,
            external_id="",
            customer_external_id=customer.external_id,
            order_external_ids=(),
            at=at,
            actor=by.actor,
            source_key=f"erase:{customer.public_id}",
        )
        if request.done_at is None:
            CustomerErasure.objects.get_or_create(
                request=request, defaults={"customer_id": customer.public_id, "actor": by.actor}
            )
    return request


def answer_by_itself(
    *, merchant: Merchant, request_id: str, until: datetime, now: Callable[[], datetime]
) -> bool:
    """Do what a request asks, as far as no person must decide on it; return whether it is done.

    An export is made and waits for staff to hand it over. A customer is erased in steps, each of
    them committed, until that is done (and the request answered) or `until` has passed: called
    again, it goes on. The erasure of a shop waits for its owner. Done twice, it is done once.
    """
    request: PrivacyRequest = PrivacyRequest.objects.get(public_id=request_id)
    if request.kind == PrivacyKind.EXPORT:
        _answer_with_export(request, now())
    elif request.kind == PrivacyKind.ERASE_CUSTOMER and _has_erasure(request):
        while _erase_step(merchant, request, now):
            if now() >= until:
                return False
    return True


def _answer_with_export(request: PrivacyRequest, at: datetime) -> None:
    if request.done_at is not None or request.exports.exists():
        return
    person = person_asked_for(request)
    if person is not None:
        customer = customer_asked_for(request)
        make_customer_export(
            person, customer=customer, request=request, by=None, at=at, actor=SYSTEM
        )


def _has_erasure(request: PrivacyRequest) -> bool:
    """Whether a person is being erased for a request: begun now, unless it was answered."""
    if request.done_at is None:
        CustomerErasure.objects.get_or_create(request=request, defaults={"actor": SYSTEM})
        return True
    return CustomerErasure.objects.filter(request=request).exists()


def _erase_step(merchant: Merchant, request: PrivacyRequest, now: Callable[[], datetime]) -> bool:
    """Do one step of an erasure in one transaction; return whether there are more.

    First every room forgets the person: names, addresses, contacts and message bodies. Then their
    words are taken out of every table, stretch by stretch. Orders keep their sums, the ledger its
    entries, and suppressed addresses their hashes, so that nobody is written to again.
    """
    with may_erase():
        erasure = (
            CustomerErasure.objects.select_for_update(no_key=True).filter(request=request).first()
        )
        if erasure is None:
            return False
        if erasure.begun_at is None:
            _forget_in_rooms(erasure, request, now())
            return True
        left = json.loads(erasure.words)
        stretch = _next_stretch(erasure, left)
        if stretch is None:
            _end_erasure(erasure, merchant, left, now())
            return False
        forget_requests_naming(left["order_external_ids"], stretch)
        forget_words(left["words"], stretch)
        erasure.table, erasure.position = stretch.table.name, stretch.end
        erasure.save()
    return True


def _forget_in_rooms(erasure: CustomerErasure, request: PrivacyRequest, at: datetime) -> None:
    person = _person_of(erasure, request)
    left = {
        "customer_id": person.customer_id,
        "orders": len(person.order_ids),
        "words": person.words,
        "order_external_ids": telling_ids(person),
    }
    for keeper in list_personal_data():
        keeper.erase(person, at)
    erasure.words, erasure.begun_at = json.dumps(left), at
    erasure.save()


def _next_stretch(erasure: CustomerErasure, left: dict[str, Any]) -> Stretch | None:
    if not (left["words"] or left["order_external_ids"]):
        return None
    tables = [table for table in merchant_tables() if table.columns]
    return first_stretch(tables, erasure.table, erasure.position)


def _person_of(erasure: CustomerErasure, request: PrivacyRequest) -> Person:
    if erasure.customer_id:
        return person_of(Customer.objects.get(public_id=erasure.customer_id))
    nobody = Person(customer_id="", order_ids=(), emails=(), words=())
    return person_asked_for(request) or nobody


def _end_erasure(
    erasure: CustomerErasure, merchant: Merchant, left: dict[str, Any], at: datetime
) -> None:
    """Answer the request and publish that its person, if anybody is known, was erased."""
    request = erasure.request
    PrivacyRequest.objects.filter(pk=request.pk, done_at=None).update(done_at=at)
    erasure.delete()
    if left["customer_id"] or left["orders"]:
        append(
            CustomerErased(customer_id=left["customer_id"], orders=left["orders"]),
            at=at,
            actor=erasure.actor,
        )
    append(
        PrivacyAnswered(merchant_public_id=merchant.public_id, request_id=request.public_id),
        at=at,
        actor=SYSTEM,
    )
