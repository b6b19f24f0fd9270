"""A shop's own domain: its shopper pages at the root of it, and nothing else of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.request import split_domain_port, validate_host

from commerce.models import Merchant

# Asked by machines under whatever name they know us by; it shows nothing of any shop.
NAMELESS = ("/health/", "/metrics")

_standing: ContextVar[str] = ContextVar("shop_of_the_domain", default="")


@contextmanager
def standing_on(slug: str) -> Iterator[None]:
    """Make addresses of this shop's site without its name, as they are on its own domain."""
    token = _standing.set(slug)
    try:
        yield
    finally:
        _standing.reset(token)


class ShopConverter:
    """The part of an address that names the shop: `s/<slug>/`, or nothing on its own domain.

    On a shop's own domain no other shop is found, by whatever address.
    """

    regex = r"s/[-a-zA-Z0-9_]+/|"

    def to_python(self, value: str) -> str:
        """Return the slug of the shop; raises ValueError where the address names none."""
        own = _standing.get()
        slug = value.removeprefix("s/").rstrip("/") or own
        if not slug or (own and slug != own):
            raise ValueError
        return slug

    def to_url(self, slug: str) -> str:
        """Return what names the shop in an address."""
        return "" if slug == _standing.get() else f"s/{slug}/"


class OwnDomains:
    """Lets requests in under our own names and the proven domains of shops; others get 404."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        named = request.META.get("HTTP_HOST", "")
        host = split_domain_port(named)[0]
        if (
            not named
            or validate_host(host, settings.ALLOWED_HOSTS)
            or request.path.startswith(NAMELESS)
        ):
            return self.get_response(request)
        slug = shop_of_domain(host)
        if slug is None:
            return HttpResponseNotFound("Nothing is served under this name.", "text/plain")
        request.urlconf = "postexp.domain_urls"
        # Django's own check knows the fixed names only; this one was proven.
        request.get_host = lambda: named  # type: ignore[method-assign]
        with standing_on(slug):
            return self.get_response(request)


def shop_of_domain(host: str) -> str | None:
    """Return the slug of the shop that has proven a domain to be its own, or None."""
    found = Merchant.objects.filter(domain=host, domain_verified_at__isnull=False)
    return found.values_list("slug", flat=True).first()


def origin_of(merchant: Merchant) -> str:
    """Return scheme and host of a shop's site: its own domain once proven, else our address."""
    if not merchant.own_domain:
        return str(settings.BASE_URL)
    base = urlsplit(settings.BASE_URL)
    port = f":{base.port}" if base.port else ""
    return f"{base.scheme}://{merchant.own_domain}{port}"
