"""What proves that a request came from Twilio."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import SplitResult, parse_qs, parse_qsl, urlsplit

HEADER = "X-Twilio-Signature"
_PORTS = {"https": 443, "http": 80}


def signature_of(url: str, fields: Iterable[tuple[str, str]], token: str) -> str:
    """Return the header Twilio sends: the address and the fields in order of their names, signed.

    A field that is told twice with one value counts once.
    """
    signed = url + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(
        hmac.digest(token.encode(), signed.encode("utf-8", "replace"), "sha1")
    ).decode()


def is_signed(url: str, body: bytes, content_type: str, signature: str, token: str) -> bool:
    """Whether `signature` is that of a request to `url` under an account's token.

    A form is signed with its fields; of JSON the address carries a hash, and is signed alone.
    Twilio signs addresses with their port or without it, whatever we named.
    """
    fields, whole = fields_of(body, content_type), True
    if is_json(content_type):
        told = parse_qs(urlsplit(url).query).get("bodySHA256", [""])[0]
        whole = hmac.compare_digest(
            hashlib.sha256(body).hexdigest().encode(), told.encode("utf-8", "replace")
        )
    # Both are tried, so that the time tells nobody which of them was right.
    same = [
        hmac.compare_digest(
            signature_of(one, fields, token).encode(), signature.encode("utf-8", "replace")
        )
        for one in _spellings(url)
    ]
    return any(same) and whole


def is_json(content_type: str) -> bool:
    """Whether a body is JSON and no form."""
    return content_type.partition(";")[0].strip().lower() == "application/json"


def fields_of(body: bytes, content_type: str) -> list[tuple[str, str]]:
    """Return the fields that are signed: those of a form; JSON has none."""
    return [] if is_json(content_type) else read_form(body)


def read_form(body: bytes) -> list[tuple[str, str]]:
    """Return the fields of a form, empty ones among them; those of no form are none."""
    try:
        return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    except ValueError:
        return []


def _spellings(url: str) -> tuple[str, str]:
    """Return an address without its port, and with it."""
    parts = urlsplit(url)
    port = parts.port or _PORTS.get(parts.scheme, 443)
    return _at(parts, ""), _at(parts, f":{port}")


def _at(parts: SplitResult, port: str) -> str:
    host = parts.netloc
    if parts.port:
        host = host.rpartition(":")[0]
    return parts._replace(netloc=f"{host}{port}").geturl()
