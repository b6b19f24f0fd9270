"""A made-up UPS: its Track API v1."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC
from email.message import Message
from typing import Any

from integrations.fake_carriers.parcels import FakeParcel, FakeScan, Step
from integrations.fake_carriers.server import Answer, FakeCarrier
from integrations.ups.client import LOGIN_PATH, TRACK_PATH

# The kind of a scan, its code, its status, and its sentence.
_SCANS = {
    Step.LABEL: (
        "M",
        "MP",
        "003",
        "Shipper created a label, UPS has not received the package yet. ",
    ),
    Step.PICKED_UP: ("P", "PU", "038", "Pickup Scan "),
    Step.DEPARTED: ("I", "DP", "005", "Departed from Facility"),
    Step.ARRIVED: ("I", "AR", "005", "Arrived at Facility"),
    Step.DELAYED: ("X", "8", "048", "Due to operating conditions, your package may be delayed."),
    Step.AT_DEPOT: ("I", "DS", "071", "Destination Scan"),
    Step.OUT: ("I", "OT", "021", "Out For Delivery Today"),
    Step.ATTEMPTED: ("X", "48", "060", "The receiver was not available for delivery."),
    Step.WAITING: ("D", "2Q", "161", "Delivered To UPS Access Point™"),
    Step.DELIVERED: ("D", "FS", "011", "DELIVERED "),
}


class FakeUps(FakeCarrier):
    """Answers for one number a request, newest scan first; unknown ones with a warning."""

    login_path = LOGIN_PATH

    def credentials(self, headers: Message, body: bytes) -> tuple[str, str]:
        login = b64decode(headers.get("Authorization", "").removeprefix("Basic ")).decode()
        name, _, secret = login.partition(":")
        return name, secret

    def complaint(self, status: int, code: str, message: str) -> dict[str, Any]:
        return {"response": super().complaint(status, code, message)}

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        number = path.removeprefix(TRACK_PATH)
        if method != "GET" or number == path:
            return 404, self.complaint(404, "ENDPOINT", "No such resource.")
        if not 7 <= len(number) <= 34:
            return 400, self.complaint(400, "TV1002", "Invalid inquiry number")
        parcel = self.parcels.get(number)
        shipment: dict[str, Any] = {"inquiryNumber": number}
        if parcel is None:
            shipment["warnings"] = [{"code": "TW0001", "message": "Tracking Information Not Found"}]
        else:
            shipment["package"] = [_package(parcel)]
        return 200, {"trackResponse": {"shipment": [shipment]}}


def _package(parcel: FakeParcel) -> dict[str, Any]:
    newest = _SCANS[parcel.scans[-1].step] if parcel.scans else _SCANS[Step.LABEL]
    due = [{"type": "SDD", "date": parcel.due.strftime("%Y%m%d")}] if parcel.due else []
    return {
        "trackingNumber": parcel.number,
        "deliveryDate": due,
        "deliveryTime": {"type": "EOD", "endTime": ""},
        "activity": [_activity(scan) for scan in reversed(parcel.scans)],
        "currentStatus": {"description": newest[3], "code": newest[2]},
        "service": {"code": "518", "levelCode": "011", "description": "UPS Ground"},
        "packageCount": 1,
    }


def _activity(scan: FakeScan) -> dict[str, Any]:
    kind, code, status, words = _SCANS[scan.step]
    utc, written = scan.at.astimezone(UTC), scan.at.isoformat(timespec="seconds")
    return {
        "location": {
            "address": {
                "city": scan.city,
                "stateProvince": scan.region,
                "postalCode": scan.postcode,
                "countryCode": scan.country,
                "country": scan.country,
            },
            "slic": "0000",
        },
        "status": {"type": kind, "description": words, "code": code, "statusCode": status},
        "date": scan.at.strftime("%Y%m%d"),
        "time": scan.at.strftime("%H%M%S"),
        "gmtDate": utc.strftime("%Y%m%d"),
        "gmtOffset": written[19:],
        "gmtTime": utc.strftime("%H:%M:%S"),
    }
