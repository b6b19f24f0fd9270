"""Parcels lost on their way back: what tracking tells of them, and who usually bears it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from returns.enums.losses import Bearer, LossGround, SendingProof

_SAID = frozenset({"lost", "disposed"})
_SILENT = frozenset({"no_scan", "expired"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What is known of a parcel of a return.

    `by_shop`: it travels with a label of the shop's. `status` and `substatus` are tracking's words,
    "" where nobody follows it. `sign` is why it seems lost, "" where it does not; `since` is when
    anything was last heard of it, or the carrier told of the loss.
    """

    parcel: str
    number: str
    carrier: str
    by_shop: bool
    status: str = ""
    substatus: str = ""
    sign: str = ""
    since: datetime | None = None
    scanned_at: datetime | None = None
    arrived_at: datetime | None = None

    def days_still(self, at: datetime) -> int | None:
        """Return for how many whole days nothing was heard of it, None where that is not known."""
        return None if self.since is None else max(0, (at - self.since).days)

    def to_json(self) -> dict[str, str | bool | None]:
        """Return a form that JSON can keep, as programs read it."""
        return {
            "parcel_id": self.parcel,
            "tracking_number": self.number,
            "carrier": self.carrier,
            "label_by_shop": self.by_shop,
            "status": self.status,
            "substatus": self.substatus,
            "sign": self.sign,
            "last_heard_at": _instant(self.since),
            "scanned_at": _instant(self.scanned_at),
            "arrived_at": _instant(self.arrived_at),
        }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def offered_ground(traces: Sequence[Trace]) -> LossGround | None:
    """Return why the parcels of a return seem lost, None where nothing says that they are."""
    signs = {one.sign for one in traces if one.arrived_at is None}
    if signs & _SAID:
        return LossGround.CARRIER_SAYS
    return LossGround.NO_SCAN if signs & _SILENT else None


def proof_of_sending(traces: Sequence[Trace], *, receipt: bool) -> SendingProof:
    """Return what shows that a return was sent; a scan says more than a paper."""
    if any(one.scanned_at for one in traces):
        return SendingProof.SCAN
    return SendingProof.RECEIPT if receipt else SendingProof.NONE


def usual_bearer(traces: Sequence[Trace], proof: SendingProof) -> Bearer:
    """Return who usually bears a loss: the shop of its own label, or where sending is proved."""
    if proof is not SendingProof.NONE or any(one.by_shop for one in traces):
        return Bearer.SHOP
    return Bearer.SHOPPER


def is_the_shops_by_law(*, undoes: bool, proof: SendingProof) -> bool:
    """Whether a law leaves the shop no choice.

    Who undoes a contract has done their part once they can prove that they sent the goods.
    """
    return undoes and proof is not SendingProof.NONE
