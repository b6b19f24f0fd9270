"""A shop's own sender address: judged record by record, used once proven, looked at every day."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse

from commerce.models import Merchant, SenderIdentity, User
from commerce.rules import sending
from commerce.selectors.sending import sender_of
from commerce.services.sending import change_sending, check_all_sending, check_sending
from notifications.ports import Outgoing
from notifications.services.email import build
from postexp.kernel import clock, dns
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.operations.name_server import name_server

DOMAIN = "shop.example"
INCLUDE = "spf.mailer.example"
TEN = " ".join(f"include:{number}.example" for number in range(10))
Records = dict[tuple[str, str], list[str]]


def verdicts(**found: list[str]) -> dict[str, sending.Verdict]:
    """Judge what was published, nothing unless given."""
    published = sending.Published(
        **{name: found.get(name, []) for name in ("ownership", "spf", "dkim", "dmarc")}
    )
    judged = sending.judge(published, domain=DOMAIN, selector="pm", token="own_1", include=INCLUDE)
    return {verdict.record: verdict for verdict in judged}


@pytest.mark.parametrize(
    ("texts", "code", "wanted"),
    [
        ([], "spf_none", f"v=spf1 include:{INCLUDE} ~all"),
        (["unrelated"], "spf_none", f"v=spf1 include:{INCLUDE} ~all"),
        ([f"v=spf1 include:{INCLUDE} -all"], "spf_good", ""),
        ([f"v=spf1 +include:{INCLUDE.upper()} -all"], "spf_good", ""),
        (
            ["v=spf1 include:_spf.google.com -all"],
            "spf_without_us",
            f"v=spf1 include:_spf.google.com include:{INCLUDE} -all",
        ),
        (
            ["v=spf1 ip4:192.0.2.1"],
            "spf_without_us",
            f"v=spf1 ip4:192.0.2.1 include:{INCLUDE} ~all",
        ),
        (["v=spf1 mx +all"], "spf_everyone", f"v=spf1 mx include:{INCLUDE} ~all"),
        (["v=spf1 -all", "v=spf1 mx -all"], "spf_twice", ""),
        (
            [f"v=spf1 {TEN} include:{INCLUDE} -all"],
            "spf_too_long",
            "",
        ),
        (["v=spf10 -all"], "spf_none", f"v=spf1 include:{INCLUDE} ~all"),
    ],
)
def test_spf(texts: list[str], code: str, wanted: str) -> None:
    verdict = verdicts(spf=texts)["spf"]
    assert (verdict.code, verdict.wanted, verdict.host) == (code, wanted, DOMAIN)


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ([], "dkim_none"),
        (["v=DKIM1; k=rsa; p=MIGfMA0G"], "dkim_good"),
        (["k=rsa;p=MIGf"], "dkim_good"),
        (["v=DKIM1; p="], "dkim_revoked"),
        (["something else"], "dkim_none"),
    ],
)
def test_dkim(texts: list[str], code: str) -> None:
    assert verdicts(dkim=texts)["dkim"].code == code


@pytest.mark.parametrize(
    ("texts", "code", "state"),
    [
        ([], "dmarc_none", "warning"),
        (["v=DMARC1; p=none; rua=mailto:a@b.example"], "dmarc_watches", "good"),
        (["v=DMARC1;p=reject"], "dmarc_good", "good"),
        (["v=DMARC1; rua=mailto:a@b.example"], "dmarc_broken", "missing"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "dmarc_twice", "missing"),
    ],
)
def test_dmarc(texts: list[str], code: str, state: str) -> None:
    verdict = verdicts(dmarc=texts)["dmarc"]
    assert (verdict.code, verdict.state) == (code, state)


def test_a_domain_needs_its_proof_and_one_way_to_check_its_mail() -> None:
    proof, spf, dkim = ["postexp-verify=own_1"], [f"v=spf1 include:{INCLUDE} ~all"], ["p=MIGf"]
    assert sending.usable(list(verdicts(ownership=proof, spf=spf).values()))
    assert sending.usable(list(verdicts(ownership=proof, dkim=dkim).values()))
    assert not sending.usable(list(verdicts(ownership=proof).values()))
    assert not sending.usable(list(verdicts(spf=spf, dkim=dkim).values())), "another shop's domain"
    other = verdicts(ownership=["postexp-verify=own_2"], spf=spf, dkim=dkim)
    assert not sending.usable(list(other.values()))


@pytest.fixture
def published(settings: Any) -> Iterator[Records]:
    """What the domain's name server answers, for the test to change."""
    records: Records = {}
    settings.SPF_INCLUDE = INCLUDE
    with name_server(records) as address:
        settings.DNS_SERVERS = [address]
        yield records


@pytest.fixture
def identity(scope: Merchant, owner: User) -> SenderIdentity:
    """The sender of the Japanese shop, its domain not looked at yet."""
    return change_sending(
        merchant=scope,
        from_address=f"hello@{DOMAIN}",
        reply_to="",
        dkim_selector="pm",
        by=owner,
        at=clock.now(),
    )


def prove(records: Records, identity: SenderIdentity) -> None:
    """Publish all that is asked for."""
    records[f"_postexp.{DOMAIN}", "TXT"] = [f"postexp-verify={identity.token}"]
    records[DOMAIN, "TXT"] = ["google-site-verification=x", f"v=spf1 include:{INCLUDE} ~all"]
    records[f"pm._domainkey.{DOMAIN}", "TXT"] = ["v=DKIM1; p=MIGf"]


def test_the_address_is_used_once_its_domain_is_proven(
    identity: SenderIdentity, published: Records, merchant: Merchant
) -> None:
    at = clock.now()
    assert not check_sending(identity=identity, at=at).usable
    assert sender_of("help@komorebi.example").address == ""
    assert sender_of("help@komorebi.example").reply_to == "help@komorebi.example"
    prove(published, identity)
    assert check_sending(identity=identity, at=at).usable
    assert identity.checked_at == at
    assert sender_of("help@komorebi.example").address == f"hello@{DOMAIN}"
    assert [verdict["code"] for verdict in identity.verdicts] == [
        "owned",
        "spf_good",
        "dkim_good",
        "dmarc_none",
    ]


def test_a_record_that_is_taken_away_is_seen_the_next_day(
    identity: SenderIdentity, published: Records
) -> None:
    prove(published, identity)
    assert check_all_sending(at=clock.now()) == 1
    identity.refresh_from_db()
    assert identity.usable
    published[f"_postexp.{DOMAIN}", "TXT"] = []
    check_all_sending(at=clock.now())
    identity.refresh_from_db()
    assert not identity.usable


def test_silence_changes_nothing(
    identity: SenderIdentity, published: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dns, "PATIENCE", 0.3)
    prove(published, identity)
    check_sending(identity=identity, at=clock.now())
    SenderIdentity.objects.update(from_address="hello@silent.shop.example")
    identity.refresh_from_db()
    with pytest.raises(dns.Unanswered):
        check_sending(identity=identity, at=clock.now())
    assert check_all_sending(at=clock.now()) == 0
    identity.refresh_from_db()
    assert identity.usable


def test_another_domain_has_to_be_proven_anew(
    identity: SenderIdentity, published: Records, scope: Merchant, owner: User
) -> None:
    prove(published, identity)
    token = check_sending(identity=identity, at=clock.now()).token
    changed = change_sending(
        merchant=scope,
        from_address="a@other.example",
        reply_to="b@other.example",
        dkim_selector="",
        by=owner,
        at=clock.now(),
    )
    assert not changed.usable
    assert changed.token != token
    assert sender_of("x@x.example").reply_to == "b@other.example"
    told = EventRecord.objects.filter(type="merchant.changed", actor=owner.actor).latest("id")
    assert told.payload["detail"] == "sender address"


def mail(address: str) -> EmailMultiAlternatives:
    """Put a mail together."""
    return build(
        Outgoing(
            message_id="msg_1",
            merchant_id=1,
            key="k",
            sender_name="こもれび",
            sender_address=address,
            reply_to="",
            kind="order.thanks",
            klass="transactional",
            short="",
            to="hana@example.jp",
            locale="ja",
            subject="s",
            html="<p>",
            text="t",
        )
    )


def test_mail_carries_the_shops_address_and_keeps_its_message_id(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Postexp <no-reply@house.example>"
    assert "hello@shop.example" in mail("hello@shop.example").from_email
    assert "no-reply@house.example" in mail("").from_email
    ids = {mail(address).extra_headers["Message-ID"] for address in ("", "hello@shop.example")}
    assert ids == {"<msg_1@house.example>"}


def test_the_page_shows_the_records_to_copy(
    merchant: Merchant, owner: User, published: Records, client: Client
) -> None:
    client.force_login(owner)
    page = reverse("dashboard:sending", args=[merchant.slug])
    assert client.get(page).status_code == 200
    wrong = client.post(page, {"from_address": "no address", "dkim_selector": "a b"})
    assert wrong.status_code == 422
    saved = client.post(page, {"from_address": f"hello@{DOMAIN}", "dkim_selector": "pm"})
    assert saved.status_code == 302
    shown = client.get(page).content.decode()
    with merchant_scope(merchant.pk):
        identity = SenderIdentity.objects.get()
    assert f'data-copy="postexp-verify={identity.token}"' in shown
    assert f'data-copy="v=spf1 include:{INCLUDE} ~all"' in shown
    assert f"pm._domainkey.{DOMAIN}" in shown
    prove(published, identity)
    assert client.post(reverse("dashboard:sending_check", args=[merchant.slug])).status_code == 302
    assert f"Your mail is sent from hello@{DOMAIN}" in client.get(page).content.decode()


def test_only_who_may_configure_sees_it(
    merchant: Merchant, warehouse_worker: User, client: Client
) -> None:
    client.force_login(warehouse_worker)
    assert client.get(reverse("dashboard:sending", args=[merchant.slug])).status_code == 403
