"""A made-up DHL: its unified shipment tracking, with a key instead of tokens."""

from __future__ import annotations

from email.message import Message
from typing import Any

from integrations.dhl.client import KEY_HEADER, TRACK_PATH
from integrations.fake_carriers.parcels import FakeParcel, FakeScan, Step
from integrations.fake_carriers.server import Answer, FakeCarrier, form_fields

# The status code of a scan and its sentence.
_EVENTS = {
    Step.LABEL: ("pre-transit", "Shipment information received"),
    Step.PICKED_UP: ("transit", "Shipment picked up"),
    Step.DEPARTED: ("transit", "Shipment has departed from a DHL facility"),
    Step.ARRIVED: ("transit", "Arrived at DHL Sort Facility"),
    Step.DELAYED: ("transit", "Shipment is delayed"),
    Step.AT_DEPOT: ("transit", "Arrived at DHL Delivery Facility"),
    Step.OUT: ("transit", "Shipment is out with courier for delivery"),
    Step.ATTEMPTED: ("failure", "Delivery attempted; consignee not at home"),
    Step.WAITING: ("transit", "Available for collection at a DHL Service Point"),
    Step.DELIVERED: ("delivered", "Delivered"),
}


class FakeDhl(FakeCarrier):
    """Answers for one number a request, newest event first; unknown ones with 404."""

    login_path = ""
    division = "express"
    """Which of DHL's companies has its parcels."""

    def token_in(self, headers: Message) -> str:
        """Return the key that a request came with, or ""."""
        return str(headers.get(KEY_HEADER, ""))

    def accepts(self, token: str) -> bool:
        """Whether this is the key of the account."""
        return token == self.client_id

    def complaint(self, status: int, code: str, message: str) -> dict[str, Any]:
        return {"status": status, "title": code, "detail": message}

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        number = form_fields(body).get("trackingNumber", "")
        parcel = self.parcels.get(number)
        if method != "GET" or path != TRACK_PATH or parcel is None:
            message = "No shipment with given tracking number found."
            return 404, self.complaint(404, "No result found", message)
        return 200, {"shipments": [_shipment(parcel, self.division)]}


def _shipment(parcel: FakeParcel, division: str) -> dict[str, Any]:
    events = [_event(scan) for scan in reversed(parcel.scans)]
    return {
        "id": parcel.number,
        "service": division,
        "status": events[0] if events else {"statusCode": "unknown"},
        "estimatedTimeOfDelivery": f"{parcel.due.isoformat()}T00:00:00Z" if parcel.due else None,
        "details": {"product": {"productName": "EXPRESS WORLDWIDE"}},
        "events": events,
    }


def _event(scan: FakeScan) -> dict[str, Any]:
    code, words = _EVENTS[scan.step]
    locality = ", ".join(part for part in (scan.city, scan.region) if part)
    return {
        # The clock of the place, without its offset where the place tells it.
        "timestamp": scan.at.isoformat(timespec="seconds")[: 19 if locality else None],
        "location": {"address": {"addressLocality": locality, "countryCode": scan.country}},
        "statusCode": code,
        "description": words,
    }
