"""Choosing in whose name a shop's mail goes out, and looking whether its domain is ready."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.conf import settings
from django.db import transaction

from commerce.events import MerchantChanged
from commerce.models import Merchant, SenderIdentity, User
from commerce.models.sending import token_
from commerce.rules import sending
from postexp.kernel import dns
from postexp.kernel.events import append
from postexp.kernel.tenancy import merchant_scope


def change_sending(
    *,
    merchant: Merchant,
    from_address: str,
    reply_to: str,
    dkim_selector: str,
    by: User,
    at: datetime,
) -> SenderIdentity:
    """Note the shop's sender; a new domain has to be proven before it is used.

    Publishes MerchantChanged.
    """
    with transaction.atomic():
        SenderIdentity.objects.get_or_create(merchant_id=merchant.pk)
        identity = SenderIdentity.objects.select_for_update(no_key=True).get()
        before = identity.domain
        identity.from_address = from_address.strip()
        identity.reply_to = reply_to.strip()
        identity.dkim_selector = dkim_selector.strip()
        if identity.domain != before:
            identity.usable = False
            identity.verdicts = []
            identity.checked_at = None
            identity.token = token_()
        identity.save()
        append(
            MerchantChanged(merchant_public_id=merchant.public_id, detail="sender address"),
            at=at,
            actor=by.actor,
        )
    return identity


def check_sending(*, identity: SenderIdentity, at: datetime) -> SenderIdentity:
    """Ask what the domain published, and note whether it may be used.

    What was published is asked before any row is locked. An address that was changed meanwhile is
    judged anew the next time. Raises dns.Unanswered; what was known before then stands.
    """
    at_host = sending.hosts(identity.domain, identity.dkim_selector)
    published = sending.Published(
        **{name: dns.txt_records(host) if host else [] for name, host in at_host.items()}
    )
    verdicts = sending.judge(
        published,
        domain=identity.domain,
        selector=identity.dkim_selector,
        token=identity.token,
        include=settings.SPF_INCLUDE,
    )
    SenderIdentity.objects.filter(
        pk=identity.pk, from_address=identity.from_address, token=identity.token
    ).update(
        usable=sending.usable(verdicts),
        verdicts=[asdict(verdict) for verdict in verdicts],
        checked_at=at,
    )
    identity.refresh_from_db()
    return identity


def check_all_sending(*, at: datetime) -> int:
    """Look at every shop's domain again; return how many were looked at.

    A record that is taken away would let all the shop's mail be refused.
    """
    looked_at = 0
    for identity in SenderIdentity.every_merchant.exclude(from_address="").order_by("pk"):
        with merchant_scope(identity.merchant_id):
            try:
                check_sending(identity=identity, at=at)
            except dns.Unanswered:
                continue
        looked_at += 1
    return looked_at
