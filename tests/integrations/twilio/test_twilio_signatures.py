"""What Twilio signs: its published examples, with and without a port, forms and JSON."""

import hashlib
import json
from urllib.parse import urlencode

import pytest

from integrations.twilio.signatures import is_signed, read_form, signature_of

URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
TOKEN = "12345"
FIELDS = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}
SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
FORM = "application/x-www-form-urlencoded"
BODY = urlencode(FIELDS).encode()


def test_the_published_answer() -> None:
    assert signature_of(URL, FIELDS.items(), TOKEN) == SIGNATURE
    assert is_signed(URL, BODY, FORM, SIGNATURE, TOKEN)
    assert is_signed(URL, BODY, f"{FORM}; charset=UTF-8", SIGNATURE, TOKEN)


@pytest.mark.parametrize(
    ("ours", "signed"),
    [
        ("https://mycompany.com/t/", "https://mycompany.com:443/t/"),
        ("https://mycompany.com:443/t/", "https://mycompany.com/t/"),
        ("http://mycompany.com/t/?a=b", "http://mycompany.com:80/t/?a=b"),
        ("https://mycompany.com:8443/t/", "https://mycompany.com/t/"),
        ("https://mycompany.com:8443/t/", "https://mycompany.com:8443/t/"),
    ],
)
def test_an_address_is_the_same_with_its_port(ours: str, signed: str) -> None:
    signature = signature_of(signed, FIELDS.items(), TOKEN)
    assert is_signed(ours, BODY, FORM, signature, TOKEN)


@pytest.mark.parametrize(
    ("url", "body", "signature", "token"),
    [
        (URL + "x", BODY, SIGNATURE, TOKEN),
        (URL, BODY + b"&More=1", SIGNATURE, TOKEN),
        (URL, BODY.replace(b"1234&", b"1235&"), SIGNATURE, TOKEN),
        (URL, BODY, SIGNATURE, "other"),
        (URL, BODY, "", TOKEN),
        (URL, BODY, "é\ud800", TOKEN),
        (URL.replace("https", "http"), BODY, SIGNATURE, TOKEN),
        (URL, b"", SIGNATURE, TOKEN),
    ],
)
def test_anything_else_is_refused(url: str, body: bytes, signature: str, token: str) -> None:
    assert not is_signed(url, body, FORM, signature, token)


def test_fields_are_signed_in_order_of_their_names_and_repeats_once() -> None:
    wild = b"To=b&From=a&To=a&To=b&Empty="
    # As Twilio's own libraries put them together.
    assert signature_of("https://x.example/", read_form(wild), TOKEN) == signature_of(
        "https://x.example/EmptyFromaToaTob", [], TOKEN
    )


BODY_JSON = b'{"property": "value", "boolean": true}'
URL_JSON = f"{URL}&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"


def test_json_is_signed_by_its_hash_in_the_address() -> None:
    signature = "a9nBmqA0ju/hNViExpshrM61xv4="
    assert is_signed(URL_JSON, BODY_JSON, "application/json", signature, TOKEN)
    assert not is_signed(URL_JSON, BODY_JSON + b" ", "application/json", signature, TOKEN)
    bare = signature_of(URL, [], TOKEN)
    assert not is_signed(URL, BODY_JSON, "application/json", bare, TOKEN), "no hash, no proof"


def test_a_form_cannot_pass_for_json() -> None:
    """The hash of JSON proves nothing of a form whose fields nobody signed."""
    body = json.dumps({"MessageSid": "SM1"}).encode()
    url = f"{URL}&bodySHA256={hashlib.sha256(body).hexdigest()}"
    signature = signature_of(url, [], TOKEN)
    assert is_signed(url, body, "application/json", signature, TOKEN)
    assert not is_signed(url, b"MessageSid=SM2", FORM, signature, TOKEN)
