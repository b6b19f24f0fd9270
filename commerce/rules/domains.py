"""Whether a domain is a shop's own and leads to us, by what DNS says of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address

PROOF = "postexp-site="


@dataclass(frozen=True, kw_only=True)
class DomainProof:
    """`owned`: the record that only its owner can set is there; `points`: visitors reach us."""

    owned: bool
    points: bool


def way_record(target: str) -> str:
    """Return the type of the record that leads to us: a CNAME names no address of a machine."""
    try:
        return "A" if ip_address(target).version == 4 else "AAAA"
    except ValueError:
        return "CNAME"


def proof_name(domain: str) -> str:
    """Return the name whose TXT record proves a domain."""
    return f"_postexp.{domain}"


def proof_value(token: str) -> str:
    """Return what that record says."""
    return f"{PROOF}{token}"


def judge_proof(
    *,
    token: str,
    target: str,
    texts: Collection[str],
    aliases: Collection[str],
    addresses: Collection[str],
    target_addresses: Collection[str],
) -> DomainProof:
    """Judge the records of a domain: `texts` of its proof, `aliases` and `addresses` of its own."""
    return DomainProof(
        owned=bool(token) and proof_value(token) in texts,
        points=target in aliases or bool(set(addresses) & set(target_addresses)),
    )
