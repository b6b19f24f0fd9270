"""A made-up FedEx: its Track API v1."""

from __future__ import annotations

import json
from typing import Any

from integrations.fake_carriers.parcels import FakeParcel, FakeScan, Step
from integrations.fake_carriers.server import Answer, FakeCarrier
from integrations.fedex.client import LOGIN_PATH, TRACK_PATH

MOST_NUMBERS = 30

# The code of a scan, its sentence, and the code derived from it.
_SCANS = {
    Step.LABEL: ("OC", "Shipment information sent to FedEx", "IN"),
    Step.PICKED_UP: ("PU", "Picked up", "PU"),
    Step.DEPARTED: ("DP", "Left FedEx origin facility", "IT"),
    Step.ARRIVED: ("AR", "Arrived at FedEx hub", "IT"),
    Step.DELAYED: ("DY", "Delay", "DY"),
    Step.AT_DEPOT: ("AF", "At local FedEx facility", "IT"),
    Step.OUT: ("OD", "On FedEx vehicle for delivery", "IT"),
    Step.ATTEMPTED: ("DE", "Delivery exception", "DE"),
    Step.WAITING: ("HL", "Ready for pickup", "HL"),
    Step.DELIVERED: ("DL", "Delivered", "DL"),
}
_EXCEPTIONS = {
    Step.DELAYED: ("A52", "Package delayed"),
    Step.ATTEMPTED: ("08", "Customer not available or business closed"),
}


class FakeFedEx(FakeCarrier):
    """Answers for up to thirty numbers a request, newest scan first."""

    login_path = LOGIN_PATH

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        if (method, path) != ("POST", TRACK_PATH):
            return 404, self.complaint(404, "NOT.FOUND.ERROR", "No such resource.")
        asked = [
            row["trackingNumberInfo"]["trackingNumber"] for row in json.loads(body)["trackingInfo"]
        ]
        if len(asked) > MOST_NUMBERS:
            message = "Please limit the number of tracking numbers to 30."
            return 400, self.complaint(400, "TRACKING.TRACKINGNUMBER.EXCEEDED", message)
        results = [
            {"trackingNumber": number, "trackResults": [self._result(number)]} for number in asked
        ]
        return 200, {"transactionId": "made", "output": {"completeTrackResults": results}}

    def _result(self, number: str) -> dict[str, Any]:
        parcel = self.parcels.get(number)
        if parcel is None:
            return {
                "trackingNumberInfo": {
                    "trackingNumber": number,
                    "trackingNumberUniqueId": "",
                    "carrierCode": "",
                },
                "error": {
                    "code": "TRACKING.TRACKINGNUMBER.NOTFOUND",
                    "message": "Tracking number cannot be found.",
                },
            }
        return _result_of(parcel)


def _result_of(parcel: FakeParcel) -> dict[str, Any]:
    newest = _SCANS[parcel.scans[-1].step] if parcel.scans else _SCANS[Step.LABEL]
    due = f"{parcel.due.isoformat()}T00:00:00-06:00" if parcel.due else ""
    return {
        "trackingNumberInfo": {
            "trackingNumber": parcel.number,
            "trackingNumberUniqueId": f"2460000000~{parcel.number}~FX",
            "carrierCode": "FDXE",
        },
        "latestStatusDetail": {
            "code": newest[0],
            "derivedCode": newest[2],
            "statusByLocale": newest[1],
            "description": newest[1],
        },
        "dateAndTimes": [{"type": "ESTIMATED_DELIVERY", "dateTime": due}] if due else [],
        "scanEvents": [_scan(scan) for scan in reversed(parcel.scans)],
        "serviceDetail": {"type": "FEDEX_2_DAY", "description": "FedEx 2Day"},
        "estimatedDeliveryTimeWindow": {"window": {}},
        "returnDetail": {},
    }


def _scan(scan: FakeScan) -> dict[str, Any]:
    code, words, derived = _SCANS[scan.step]
    exception_code, exception = _EXCEPTIONS.get(scan.step, ("", ""))
    return {
        "date": scan.at.isoformat(timespec="seconds"),
        "eventType": code,
        "eventDescription": words,
        "exceptionCode": exception_code,
        "exceptionDescription": exception,
        "scanLocation": {
            "streetLines": [""],
            "city": scan.city,
            "stateOrProvinceCode": scan.region,
            "postalCode": scan.postcode,
            "countryCode": scan.country,
            "residential": False,
        },
        "derivedStatusCode": derived,
    }
