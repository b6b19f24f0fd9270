"""A shop's own domain: asked for, proven by DNS, looked at again, given up."""

from __future__ import annotations

import secrets
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction

from commerce.enums import DomainRecord
from commerce.errors import DomainTaken
from commerce.events import MerchantChanged
from commerce.models import Merchant
from commerce.rules.domains import DomainProof, judge_proof, proof_name
from postexp.kernel import dns
from postexp.kernel.events import append
from postexp.kernel.tenancy import merchant_scope


def domain_target() -> str:
    """Return the name a shop's domain points to: the host of POSTEXP_BASE_URL."""
    return urlsplit(settings.BASE_URL).hostname or ""


def ask_for_domain(*, merchant: Merchant, domain: str, actor: str, at: datetime) -> Merchant:
    """Note the domain a shop wants its pages on, or none. Publishes MerchantChanged.

    It is used from its proof on; the pages stay on our own address until then.
    """
    with transaction.atomic():
        merchant = Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
        if domain != merchant.domain:
            merchant.domain = domain
            merchant.domain_token = secrets.token_hex(16) if domain else ""
            merchant.domain_verified_at = merchant.domain_checked_at = None
            merchant.domain_missing = ""
            _save(merchant, f"domain {domain}" if domain else "no own domain", actor, at)
    return merchant


def check_domain(*, merchant: Merchant, actor: str, at: datetime) -> DomainProof:
    """Look the records up, and use the domain from now on, or no longer, by what they say.

    Publishes MerchantChanged where that changes. A shop that named another domain meanwhile is left
    as it is, and nothing counts as proven. Raises dns.Unanswered, which changes nothing, and
    DomainTaken where another shop has proven the domain before.
    """
    asked = (merchant.domain, merchant.domain_token)
    proof = judge_proof(
        token=merchant.domain_token,
        target=domain_target(),
        texts=dns.txt_records(proof_name(merchant.domain)),
        aliases=dns.aliases(merchant.domain),
        addresses=dns.addresses(merchant.domain),
        target_addresses=dns.addresses(domain_target()),
    )
    try:
        with transaction.atomic():
            merchant = Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
            if (merchant.domain, merchant.domain_token) != asked:
                return DomainProof(owned=False, points=False)
            was = merchant.domain_verified_at
            # One whose pages are reached another way for a while keeps them: it is still theirs.
            good = proof.owned and (proof.points or was is not None)
            merchant.domain_verified_at = (was or at) if good else None
            merchant.domain_checked_at = at
            merchant.domain_missing = _missing(proof)
            merchant.save(
                update_fields=["domain_verified_at", "domain_checked_at", "domain_missing"]
            )
            if (was is None) is good:
                word = "in use" if good else "no longer proven"
                _save(merchant, f"domain {merchant.domain} {word}", actor, at)
    except IntegrityError as error:
        raise DomainTaken from error
    return proof


def _missing(proof: DomainProof) -> str:
    if not proof.owned:
        return DomainRecord.PROOF
    return "" if proof.points else DomainRecord.WAY


def check_all_domains(*, at: datetime) -> int:
    """Look at every domain in use again; return how many were looked at."""
    looked = 0
    for merchant in Merchant.objects.filter(domain_verified_at__isnull=False).order_by("pk"):
        with merchant_scope(merchant.pk):
            try:
                check_domain(merchant=merchant, actor="system", at=at)
            except dns.Unanswered:
                continue
        looked += 1
    return looked


def _save(merchant: Merchant, detail: str, actor: str, at: datetime) -> None:
    merchant.save(
        update_fields=["domain", "domain_token", "domain_verified_at", "domain_checked_at"]
    )
    append(
        MerchantChanged(merchant_public_id=merchant.public_id, detail=detail), at=at, actor=actor
    )
