"""What a source tells of a delivery that was made, and of the place where a parcel waits."""

from dataclasses import dataclass, fields
from urllib.parse import urlsplit

_LONGEST_WORDS = 160
_LONGEST_LINK = 500


def safe_link(address: str) -> str:
    """Return an address that a page may link to, or "": https, with a host, and without a login."""
    if not address.isascii() or not address.isprintable() or " " in address:
        return ""
    try:
        parts = urlsplit(address)
        is_safe = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return ""
    return address if is_safe and len(address) <= _LONGEST_LINK else ""


def _words(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_WORDS]


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What shows that a parcel was handed over: who took it in and where it was left, in words.

    The links are pages of the carrier, https alone; any other address is dropped. `has_photo` and
    `has_signature` tell that the carrier keeps one, also where it gives no link to it.
    """

    received_by: str = ""
    left_at: str = ""
    photo_url: str = ""
    signature_url: str = ""
    document_url: str = ""
    has_photo: bool = False
    has_signature: bool = False

    def __post_init__(self) -> None:
        for name in ("received_by", "left_at"):
            object.__setattr__(self, name, _words(getattr(self, name)))
        for name in ("photo_url", "signature_url", "document_url"):
            object.__setattr__(self, name, safe_link(getattr(self, name)))
        object.__setattr__(self, "has_photo", self.has_photo or bool(self.photo_url))
        object.__setattr__(self, "has_signature", self.has_signature or bool(self.signature_url))

    def __bool__(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))


@dataclass(frozen=True, kw_only=True)
class PickupPlace:
    """Where a parcel waits to be collected, and when that place is open, in the source's words."""

    name: str = ""
    hours: str = ""

    def __post_init__(self) -> None:
        for name in ("name", "hours"):
            object.__setattr__(self, name, _words(getattr(self, name)))

    def __bool__(self) -> bool:
        return bool(self.name or self.hours)


NO_PROOF, NO_PLACE = Proof(), PickupPlace()
