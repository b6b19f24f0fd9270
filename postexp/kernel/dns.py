"""What a name's owner has published, asked of the resolvers we are told."""

from __future__ import annotations

from typing import Any

import dns.exception
import dns.resolver
from django.conf import settings

PATIENCE = 5.0


class Unanswered(Exception):
    """No resolver answered in time, so nothing is known of the name."""


def txt_records(name: str) -> list[str]:
    """Return the TXT records of a name, aliases followed; empty where it has none.

    Raises Unanswered.
    """
    return [b"".join(record.strings).decode("utf-8", "replace") for record in _answer(name, "TXT")]


def aliases(name: str) -> set[str]:
    """Return the names a name is another word for (CNAME), without their last dot.

    Raises Unanswered.
    """
    return {record.target.to_text().rstrip(".").lower() for record in _answer(name, "CNAME")}


def addresses(name: str) -> set[str]:
    """Return the addresses of a name, of both kinds, aliases followed. Raises Unanswered."""
    return {record.address for kind in ("A", "AAAA") for record in _answer(name, kind)}


def _answer(name: str, kind: str) -> list[Any]:
    try:
        return list(_resolver().resolve(name, kind, lifetime=PATIENCE, search=False))
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise Unanswered(f"{name}: {type(error).__name__}") from error


def _resolver() -> dns.resolver.Resolver:
    """Return the machine's resolver, or that of POSTEXP_DNS_SERVERS (`host` or `host:port`)."""
    if not settings.DNS_SERVERS:
        return dns.resolver.Resolver()
    resolver = dns.resolver.Resolver(configure=False)
    addresses = [server.rpartition(":") for server in settings.DNS_SERVERS]
    resolver.nameservers = [host or port for host, _, port in addresses]
    ports = [int(port) for host, _, port in addresses if host]
    resolver.port = ports[0] if ports else 53
    return resolver
