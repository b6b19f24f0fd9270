"""One customer's data: a file of everything, and its erasure. The books stay as they are."""

from __future__ import annotations

import json
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from commerce.enums import ExportState, PrivacyKind
from commerce.events import CustomerErased, CustomerExported, PrivacyAnswered
from commerce.models import Customer, DataExport, Merchant, PrivacyRequest, User
from commerce.ports import Person, list_personal_data
from commerce.selectors.people import customer_asked_for, person_asked_for, person_of
from commerce.services.privacy.exports import KEEP, folder_of
from postexp.kernel.erasing import forget_words, may_erase
from postexp.kernel.events import append
from postexp.kernel.files import private_files
from postexp.kernel.locks import lock

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


def erase_customer(*, customer: Customer, at: datetime, actor: str) -> None:
    """Erase a customer's data in every room; see `erase_person`."""
    erase_person(person_of(customer), at=at, actor=actor)


def erase_person(person: Person, *, at: datetime, actor: str) -> None:
    """Forget a person in every room and in every table; publishes CustomerErased.

    Names, addresses, contacts, message bodies and raw requests go. Orders keep their sums, the
    ledger its entries, and suppressed addresses their hashes, so that nobody is written to again.
    """
    with may_erase():
        lock(f"erase:{person.customer_id or person.order_ids}")
        for keeper in list_personal_data():
            keeper.erase(person, at)
        forget_words(person.words)
        append(
            CustomerErased(customer_id=person.customer_id, orders=len(person.order_ids)),
            at=at,
            actor=actor,
        )


def answer_by_itself(*, merchant: Merchant, request_id: str, at: datetime) -> None:
    """Do what a request of the platform asks, as far as no person must decide on it.

    An export is made and waits for staff to hand it over; a customer is erased, and the request is
    answered with it. The erasure of a shop waits for its owner. Done twice, it is done once.
    """
    request: PrivacyRequest = PrivacyRequest.objects.get(public_id=request_id)
    if request.done_at is not None or request.exports.exists():
        return
    person = person_asked_for(request)
    if request.kind == PrivacyKind.EXPORT and person is not None:
        make_customer_export(
            person,
            customer=customer_asked_for(request),
            request=request,
            by=None,
            at=at,
            actor=SYSTEM,
        )
    elif request.kind == PrivacyKind.ERASE_CUSTOMER:
        with transaction.atomic():
            if person is not None:
                erase_person(person, at=at, actor=SYSTEM)
            PrivacyRequest.objects.filter(pk=request.pk).update(done_at=at)
            append(
                PrivacyAnswered(
                    merchant_public_id=merchant.public_id, request_id=request.public_id
                ),
                at=at,
                actor=SYSTEM,
            )
