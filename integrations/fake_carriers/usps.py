"""A made-up USPS: its Tracking API v3, with the mistake of the real one about days."""

from __future__ import annotations

import json
from datetime import UTC
from email.message import Message
from typing import Any

from integrations.fake_carriers.parcels import FakeParcel, FakeScan, Step
from integrations.fake_carriers.server import Answer, FakeCarrier
from integrations.usps.client import LOGIN_PATH, TRACK_PATH

# The code of an event, its sentence, and the category of an item it happened to last.
_EVENTS = {
    Step.LABEL: ("GX", "Shipping Label Created, USPS Awaiting Item", "Pre-Shipment"),
    Step.PICKED_UP: ("03", "USPS in possession of item", "Accepted"),
    Step.DEPARTED: ("T1", "Departed USPS Regional Facility", "In Transit"),
    Step.ARRIVED: ("A1", "Arrived at USPS Regional Facility", "In Transit"),
    Step.DELAYED: ("NT", "In Transit, Arriving Late", "In Transit"),
    Step.AT_DEPOT: ("07", "Arrived at Post Office", "In Transit"),
    Step.OUT: ("OF", "Out for Delivery", "Out for Delivery"),
    Step.ATTEMPTED: ("56", "Notice Left (No Authorized Recipient Available)", "Delivery Attempt"),
    Step.WAITING: ("16", "Available for Pickup", "Available for Pickup"),
    Step.DELIVERED: ("01", "Delivered, Left with Individual", "Delivered"),
}


class FakeUsps(FakeCarrier):
    """Answers for one number a request, newest event first; unknown ones with 404."""

    login_path = LOGIN_PATH

    def credentials(self, headers: Message, body: bytes) -> tuple[str, str]:
        fields = json.loads(body)
        return fields.get("client_id", ""), fields.get("client_secret", "")

    def complaint(self, status: int, code: str, message: str) -> dict[str, Any]:
        return {
            "apiVersion": "/tracking/v3",
            "error": {
                "code": str(status),
                "message": message,
                "errors": [{"title": code, "detail": message}],
            },
        }

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        number = path.removeprefix(TRACK_PATH)
        parcel = self.parcels.get(number)
        if method != "GET" or number == path or parcel is None:
            message = "A status update is not yet available on your package."
            return 404, self.complaint(404, "Not Found", message)
        return 200, _details(parcel)


def _details(parcel: FakeParcel) -> dict[str, Any]:
    newest = _EVENTS[parcel.scans[-1].step] if parcel.scans else _EVENTS[Step.LABEL]
    return {
        "trackingNumber": parcel.number,
        "status": newest[1],
        "statusCategory": newest[2],
        "mailClass": "USPS Ground Advantage<SUP>&#153;</SUP>",
        "uniqueMailPieceID": f"1{parcel.number[-8:]}",
        "expectedDeliveryTimeStamp": f"{parcel.due.isoformat()}T00:00:00" if parcel.due else None,
        "trackingEvents": [_event(scan) for scan in reversed(parcel.scans)],
    }


def _event(scan: FakeScan) -> dict[str, Any]:
    code, words, _category = _EVENTS[scan.step]
    written, utc = scan.at.isoformat(timespec="seconds"), scan.at.astimezone(UTC)
    return {
        "eventType": words,
        "eventTimestamp": f"{written[:17]}00",
        # The day of the local clock beside the time of the other one.
        "GMTTimestamp": f"{written[:10]}T{utc.strftime('%H:%M:%S')}Z",
        "GMTOffset": written[19:],
        "eventCountry": None,
        "eventCity": scan.city or None,
        "eventState": scan.region or None,
        "eventZIP": scan.postcode or None,
        "firm": None,
        "name": None,
        "authorizedAgent": "false",
        "eventCode": code,
    }
