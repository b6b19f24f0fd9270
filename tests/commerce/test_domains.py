"""A shop's own domain: proven by DNS, then its shopper pages stand at the root of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.test import Client, RequestFactory
from django.urls import Resolver404, resolve, reverse

from commerce import links
from commerce.domains import OwnDomains, standing_on
from commerce.errors import DomainTaken
from commerce.models import Merchant, Order, User
from commerce.rules.domains import judge_proof
from commerce.services.domains import ask_for_domain, check_all_domains, check_domain
from postexp.kernel import clock, dns
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.operations.name_server import name_server

PAGE = "/d/komorebi/settings/domain/"
HOST = "track.shop.example"
Records = dict[tuple[str, str], list[str]]


@pytest.fixture
def published(settings: Any) -> Iterator[Records]:
    """What the name server answers, for the test to change."""
    records: Records = {}
    with name_server(records) as address:
        settings.DNS_SERVERS = [address]
        settings.BASE_URL = "https://postexp.example"
        yield records


def publish(records: Records, merchant: Merchant) -> None:
    """Set both records as the page says."""
    records[HOST, "CNAME"] = ["postexp.example."]
    records[HOST, "A"] = ["192.0.2.1"]
    records[f"_postexp.{HOST}", "TXT"] = [f"postexp-site={merchant.domain_token}"]


@pytest.fixture
def proven(scope: Merchant, owner: User, at: datetime, published: Records) -> Merchant:
    """The Japanese shop, with its own domain in use."""
    merchant = ask_for_domain(merchant=scope, domain=HOST, actor=owner.actor, at=at)
    publish(published, merchant)
    check_domain(merchant=merchant, actor=owner.actor, at=at)
    merchant.refresh_from_db()
    return merchant


@pytest.fixture
def visitor() -> Client:
    """A shopper's browser on the shop's own domain."""
    return Client(headers={"Host": HOST})


def test_a_domain_is_owned_by_its_record_and_leads_here_by_name_or_address() -> None:
    facts: dict[str, Any] = {
        "token": "t",
        "target": "us.example",
        "texts": ["postexp-site=t"],
        "aliases": [],
        "addresses": ["192.0.2.1"],
        "target_addresses": ["192.0.2.1"],
    }
    proof = judge_proof(**facts)
    assert (proof.owned, proof.points) == (True, True)
    assert judge_proof(**facts | {"aliases": ["us.example"], "addresses": []}).points
    assert not judge_proof(**facts | {"addresses": ["192.0.2.9"]}).points
    assert not judge_proof(**facts | {"texts": ["postexp-site=other"]}).owned
    assert not judge_proof(**facts | {"token": "", "texts": ["postexp-site="]}).owned


@pytest.mark.parametrize(
    ("base", "record"),
    [
        ("https://postexp.example", "CNAME"),
        ("http://127.0.0.1:8000", "A"),
        ("https://[2001:db8::1]", "AAAA"),
    ],
)
def test_the_record_that_leads_here_fits_our_address(
    staff: Client, scope: Merchant, settings: Any, base: str, record: str
) -> None:
    settings.BASE_URL = base
    staff.post(PAGE, {"domain": HOST})
    (kind, _name, _value), _proof = staff.get(PAGE).context["records"]
    assert kind == record


def test_staff_name_a_domain_set_the_records_and_check(
    staff: Client, scope: Merchant, published: Records
) -> None:
    staff.post(PAGE, {"domain": f" {HOST.upper()}. "})
    scope.refresh_from_db()
    page = staff.get(PAGE).content.decode()
    assert scope.domain == HOST
    for shown in (HOST, "postexp.example", f"_postexp.{HOST}", scope.domain_token):
        assert shown in page
    refused = staff.post(f"{PAGE}check/", follow=True).content.decode()
    assert "The TXT record is not there yet" in refused
    published[f"_postexp.{HOST}", "TXT"] = [f"postexp-site={scope.domain_token}"]
    assert "The TXT record is not there yet" in staff.get(PAGE).content.decode(), "it stays"
    assert "does not lead here yet" in staff.post(f"{PAGE}check/", follow=True).content.decode()
    publish(published, scope)
    done = staff.post(f"{PAGE}check/", follow=True).content.decode()
    assert "now stand on your own domain" in done
    assert "does not lead here yet" not in done
    scope.refresh_from_db()
    assert scope.own_domain == HOST
    changes = EventRecord.objects.filter(type="merchant.changed").order_by("id")
    details = [event.payload["detail"] for event in changes]
    assert details == [f"domain {HOST}", f"domain {HOST} in use"]


@pytest.mark.parametrize(
    "domain", ["https://a.example", "localhost", "a b.example", "-a.example", "192.0.2.1", "a"]
)
def test_what_is_no_domain_of_theirs_is_refused(
    staff: Client, scope: Merchant, domain: str
) -> None:
    assert staff.post(PAGE, {"domain": domain}).status_code == 422


def test_name_servers_that_keep_silent_change_nothing(
    staff: Client, proven: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dns, "PATIENCE", 0.2)
    Merchant.objects.filter(pk=proven.pk).update(domain="silent.example")
    page = staff.post(f"{PAGE}check/", follow=True).content.decode()
    assert "did not answer" in page
    proven.refresh_from_db()
    assert proven.domain_verified_at is not None


@pytest.mark.django_db
def test_the_pages_stand_at_the_root_and_link_to_themselves(
    proven: Merchant, order: Order, visitor: Client, settings: Any
) -> None:
    settings.SECURE_SSL_REDIRECT = False
    url = links.tracking_url(proven, order)
    assert url == f"https://{HOST}/t/{links.order_token(order.public_id)}/"
    path = url.removeprefix(f"https://{HOST}")
    assert visitor.get(path).status_code == 200
    page = visitor.get("/").content.decode()
    assert f"/s/{proven.slug}/" not in page
    assert visitor.get(f"/s/{proven.slug}/").status_code == 200, "prepared pages link so"


def test_nothing_else_of_ours_is_there(
    proven: Merchant, other_merchant: Merchant, visitor: Client, staff: Client
) -> None:
    for path in ("/d/komorebi/", "/accounts/login/", "/admin/", "/s/harbor/", "/api/v1/orders"):
        assert visitor.get(path).status_code == 404, path
    assert staff.get("/d/komorebi/", headers={"Host": HOST}).status_code == 404


@pytest.mark.parametrize(("origin", "refused"), [(HOST, False), ("evil.example", True)])
def test_forms_are_taken_from_the_own_domain_and_no_other(
    proven: Merchant, rf: RequestFactory, origin: str, refused: bool
) -> None:
    token = "a" * 32
    request = rf.post(
        "/",
        {"csrfmiddlewaretoken": token},
        secure=True,
        headers={"Host": HOST, "Origin": f"https://{origin}"},
    )
    request.COOKIES["csrftoken"] = token
    answers: list[Any] = []

    def check(request: HttpRequest) -> HttpResponse:
        guard = CsrfViewMiddleware(lambda request: HttpResponse())
        guard.process_request(request)
        answers.append(guard.process_view(request, lambda request: HttpResponse(), (), {}))
        return HttpResponse(request.build_absolute_uri("/t/"))

    assert OwnDomains(check)(request).content.decode() == f"https://{HOST}/t/"
    assert (answers[0] is not None) is refused


def test_unknown_names_are_not_served(
    client: Client, scope: Merchant, owner: User, settings: Any
) -> None:
    ask_for_domain(merchant=scope, domain=HOST, actor=owner.actor, at=clock.now())
    for host in (HOST, "evil.example", "evil.example:8000"):
        for path in ("/", "/accounts/login/", f"/s/{scope.slug}/", "/webhooks/shopify/"):
            assert client.get(path, headers={"Host": host}).status_code == 404, (host, path)
    settings.MIDDLEWARE = settings.LEAN_MIDDLEWARE
    prober = Client(headers={"Host": "10.0.0.7"})
    assert prober.get("/health/live/").status_code == 200, "load balancers ask by address"


def test_a_domain_belongs_to_one_shop(
    proven: Merchant, other_merchant: Merchant, published: Records, at: datetime
) -> None:
    with merchant_scope(other_merchant.pk):
        rival = ask_for_domain(merchant=other_merchant, domain=HOST, actor="system", at=at)
        # The owner's record proves nothing for a rival.
        assert not check_domain(merchant=rival, actor="system", at=at).owned
        published[f"_postexp.{HOST}", "TXT"] = [f"postexp-site={rival.domain_token}"]
        with pytest.raises(DomainTaken):
            check_domain(merchant=rival, actor="system", at=at)


@pytest.mark.parametrize("named", ["victim.example", HOST])
def test_a_domain_named_while_the_records_were_looked_up_is_not_proven_by_them(
    proven: Merchant, published: Records, at: datetime, named: str
) -> None:
    for domain in ("", named):
        ask_for_domain(merchant=proven, domain=domain, actor="system", at=at)
    proof = check_domain(merchant=proven, actor="system", at=at)
    now = Merchant.objects.get(pk=proven.pk)
    assert (proof.owned, proof.points) == (False, False)
    assert (now.domain, now.domain_verified_at, now.domain_checked_at) == (named, None, None)
    last = EventRecord.objects.filter(type="merchant.changed").order_by("-id")[0]
    assert last.payload["detail"] == f"domain {named}"


def test_a_proof_that_goes_takes_the_domain_back(
    proven: Merchant, order: Order, published: Records, at: datetime, visitor: Client
) -> None:
    del published[HOST, "CNAME"], published[HOST, "A"]
    assert check_all_domains(at=at) == 1
    proven.refresh_from_db()
    assert proven.own_domain == HOST, "it may lead here by a proxy in between"
    del published[f"_postexp.{HOST}", "TXT"]
    published[f"_postexp.{HOST}", "A"] = []
    check_all_domains(at=at)
    proven.refresh_from_db()
    assert proven.own_domain == ""
    assert visitor.get("/").status_code == 404
    assert links.tracking_url(proven, order).startswith("https://postexp.example/s/komorebi/t/")


def test_a_proxy_asks_before_it_gets_a_certificate(client: Client, proven: Merchant) -> None:
    assert client.get(f"/domains/known/?domain={HOST}").status_code == 200
    assert client.get("/domains/known/?domain=evil.example").status_code == 404


def test_addresses_name_the_shop_or_stand_on_its_domain() -> None:
    named = "/s/komorebi/returns/"
    assert reverse("site:returns_home", args=["komorebi"]) == named
    assert resolve(named).kwargs == {"slug": "komorebi"}
    with pytest.raises(Resolver404):
        resolve("/returns/")
    with standing_on("komorebi"):
        assert reverse("site:returns_home", args=["komorebi"]) == "/returns/"
        assert resolve("/returns/", "postexp.domain_urls").kwargs == {"slug": "komorebi"}
        assert reverse("site:returns_home", args=["harbor"]) == "/s/harbor/returns/"
