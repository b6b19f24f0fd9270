"""Taking customers in, and what they agreed to."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from commerce.enums import Channel, PrivacyKind, Purpose
from commerce.events import PrivacyRequested
from commerce.models import ConsentFact, Customer, Merchant, PrivacyRequest
from commerce.ports import CustomerFacts
from commerce.rules import normal_email, normal_phone
from postexp.kernel.events import append
from postexp.kernel.locks import lock

ANSWER_WITHIN = timedelta(days=30)
# Who told of a consent.
PLATFORM, IMPORT = "platform", "import"


def take_in_customer(
    facts: CustomerFacts, *, merchant: Merchant, at: datetime, source: str = PLATFORM
) -> Customer:
    """Create or complete a customer: empty facts never erase what is known.

    Known by the platform's id, else by e-mail address. `source` is kept with what they agreed to;
    of two tellings of that the newer counts, and one without a date never undoes a refusal.
    """
    email = normal_email(facts.email)
    with transaction.atomic(savepoint=False):
        lock(f"customer:{facts.external_id or email}")
        customer = _find(facts.external_id, email) or Customer(created_at=at)
        if customer.erased_at is None:
            phone = normal_phone(facts.phone, merchant.country)
            if _complete(customer, facts, email, phone) or customer.pk is None:
                customer.save()
            _note_consent(customer, facts, source, at)
    return customer


def take_in_contact(facts: CustomerFacts, *, merchant: Merchant, at: datetime) -> Customer:
    """Find a customer by the e-mail address somebody typed, or create one.

    Nobody has shown that the address is theirs: what is known of a customer already stays as it is,
    and only what is empty is filled in.
    """
    email = normal_email(facts.email)
    with transaction.atomic(savepoint=False):
        lock(f"customer:{email}")
        customer = _find("", email) or Customer(created_at=at)
        if customer.erased_at is None:
            phone = normal_phone(facts.phone, merchant.country)
            if _complete(customer, facts, email, phone, over=False) or customer.pk is None:
                customer.save()
    return customer


def _find(external_id: str, email: str) -> Customer | None:
    if external_id:
        known = Customer.objects.filter(external_id=external_id).first()
        if known is not None:
            return known
    if email:
        return Customer.objects.filter(email=email, external_id="").first() or (
            None if external_id else Customer.objects.filter(email=email).first()
        )
    return None


def _complete(
    customer: Customer, facts: CustomerFacts, email: str, phone: str, *, over: bool = True
) -> bool:
    """Fill in what the facts tell, `over` what was known; return whether any of it is new."""
    told: dict[str, object] = {
        "external_id": facts.external_id,
        "email": email,
        "phone": phone,
        "family_name": facts.family_name[:80],
        "given_name": facts.given_name[:80],
        "family_kana": facts.family_kana[:80],
        "given_kana": facts.given_kana[:80],
        "locale": facts.locale[:2].lower(),
        "tags": [tag[:80] for tag in facts.tags],
    }
    if facts.birthday is not None:
        names = ("birth_year", "birth_month", "birth_day")
        told |= dict(zip(names, facts.birthday, strict=True))
    news = {
        name: value
        for name, value in told.items()
        if value and getattr(customer, name) != value and (over or not getattr(customer, name))
    }
    for name, value in news.items():
        setattr(customer, name, value)
    return bool(news)


def _note_consent(customer: Customer, facts: CustomerFacts, source: str, at: datetime) -> None:
    if facts.accepts_email_marketing is None:
        return
    latest = (
        ConsentFact.objects.filter(
            customer=customer, channel=Channel.EMAIL, purpose=Purpose.MARKETING
        )
        .order_by("-at", "-id")
        .first()
    )
    said_at = _said_at(facts, latest, at)
    if said_at is not None:
        ConsentFact.objects.create(
            customer=customer,
            channel=Channel.EMAIL,
            purpose=Purpose.MARKETING,
            granted=facts.accepts_email_marketing,
            at=said_at,
            source=source,
        )


def _said_at(facts: CustomerFacts, latest: ConsentFact | None, at: datetime) -> datetime | None:
    """Return when what is told of consent was said; None where it is old or brings nothing new."""
    if latest is None:
        return facts.consent_at or at
    if latest.granted == facts.accepts_email_marketing:
        return None
    if facts.consent_at is None:
        return at if latest.granted else None
    if latest.granted and latest.source == IMPORT:
        # A file does not say when somebody agreed: any dated refusal takes that back, and must
        # not stand before it.
        return max(facts.consent_at, latest.at)
    return facts.consent_at if facts.consent_at > latest.at else None


def record_privacy_request(
    *,
    merchant: Merchant,
    kind: PrivacyKind,
    external_id: str,
    customer_external_id: str,
    order_external_ids: tuple[str, ...],
    at: datetime,
    actor: str,
    source_key: str = "",
) -> PrivacyRequest:
    """Note a request about personal data, due within thirty days. Publishes PrivacyRequested.

    Told again under its `source_key` it stays the request it is, with the day it was due.
    """
    with transaction.atomic():
        known = _known_request(source_key) if source_key else None
        if known is not None:
            return known
        request = PrivacyRequest.objects.create(
            kind=kind,
            external_id=external_id,
            customer_external_id=customer_external_id,
            order_external_ids=list(order_external_ids),
            requested_at=at,
            due_at=at + ANSWER_WITHIN,
            source_key=source_key,
        )
        append(
            PrivacyRequested(
                merchant_public_id=merchant.public_id, request_id=request.public_id, kind=kind
            ),
            at=at,
            actor=actor,
        )
    return request


def _known_request(source_key: str) -> PrivacyRequest | None:
    lock(f"privacy_request:{source_key}")
    known: PrivacyRequest | None = PrivacyRequest.objects.filter(source_key=source_key).first()
    return known
