"""Store credit: a ledger per customer and currency that never goes below zero."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from commerce.errors import InsufficientCredit
from commerce.events import StoreCreditChanged
from commerce.models import Customer, StoreCreditAccount, StoreCreditEntry
from postexp.kernel.events import append


def issue_store_credit(
    *,
    customer: Customer,
    amount: int,
    currency: str,
    reason: str,
    reference: str,
    at: datetime,
    actor: str = "system",
) -> StoreCreditEntry:
    """Book store credit, once per `reference`; `amount` is signed minor units.

    Publishes StoreCreditChanged. Raises InsufficientCredit where the balance would go below zero.
    """
    with transaction.atomic():
        account, _ = StoreCreditAccount.objects.get_or_create(customer=customer, currency=currency)
        account = StoreCreditAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
        known = StoreCreditEntry.objects.filter(reference=reference).first()
        if known is not None:
            return known
        try:
            with transaction.atomic():
                StoreCreditAccount.objects.filter(pk=account.pk).update(
                    balance=F("balance") + amount
                )
        except IntegrityError as error:
            raise InsufficientCredit from error
        entry = StoreCreditEntry.objects.create(
            account=account, amount=amount, reason=reason, reference=reference, at=at
        )
        append(
            StoreCreditChanged(
                customer_id=customer.public_id,
                entry_id=entry.public_id,
                amount=amount,
                currency=currency,
            ),
            at=at,
            actor=actor,
        )
    return entry
