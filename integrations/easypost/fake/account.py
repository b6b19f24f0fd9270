"""A made-up account at EasyPost: what was made in it, and what it says of it."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from integrations.easypost.fake.files import label_file, qr_file

Thing = dict[str, Any]
# Service, price in US dollars, days.
RATES = (("GroundAdvantage", "5.93", 3), ("Priority", "6.95", 2), ("Express", "31.25", 1))


class Rejected(Exception):
    """An answer that is no: its status, code and words."""

    def __init__(self, status: int, code: str, message: str, *reasons: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.reasons = status, code, message, reasons


@dataclass
class FakeAccount:
    """Shipments by id. One may be bought once; `bought` counts what was paid for."""

    key: str = field(default_factory=lambda: f"EZTK{secrets.token_hex(12)}")
    webhook_secret: str = field(default_factory=lambda: secrets.token_hex(12))
    url: str = ""
    shipments: dict[str, Thing] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    bought: int = 0
    refunds_at_once: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def make(self, body: Thing) -> Thing:
        """Make a shipment with its rates; without an address or a weight there is no shipment."""
        asked = body.get("shipment") or {}
        for name in ("to_address", "from_address", "parcel"):
            if not asked.get(name):
                raise Rejected(
                    422, "PARAMETER.REQUIRED", "Missing required parameter.", f"{name}: missing"
                )
        if not asked["parcel"].get("weight"):
            raise Rejected(422, "PARCEL.WEIGHT.INVALID", "Parcel weight is invalid.")
        one = _id("shp")
        served = {asked[end].get("country") for end in ("to_address", "from_address")} == {"US"}
        shipment: Thing = {
            "id": one,
            "object": "Shipment",
            "mode": "test" if self.key.startswith("EZTK") else "production",
            "created_at": _now(),
            "is_return": bool(asked.get("is_return")),
            "reference": asked.get("reference"),
            "status": "unknown",
            "to_address": asked["to_address"],
            "from_address": asked["from_address"],
            "parcel": asked["parcel"],
            "options": asked.get("options") or {},
            "rates": [_rate(one, *row) for row in RATES] if served else [],
            "messages": []
            if served
            else [{"type": "rate_error", "message": "USPS: no service between these addresses."}],
            "selected_rate": None,
            "postage_label": None,
            "tracking_code": None,
            "tracker": None,
            "refund_status": None,
            "forms": [],
            "fees": [],
        }
        self.shipments[one] = shipment
        return shipment

    def find(self, one: str) -> Thing:
        """Return a shipment; refuses an unknown id."""
        if one not in self.shipments:
            raise Rejected(404, "NOT_FOUND", "The requested resource could not be found.")
        return self.shipments[one]

    def buy(self, one: str, body: Thing) -> Thing:
        """Buy a label at one of the shipment's rates; a second time is refused."""
        shipment, wanted = self.find(one), (body.get("rate") or {}).get("id")
        with self.lock:
            if shipment["postage_label"]:
                raise Rejected(
                    422, "SHIPMENT.POSTAGE.EXISTS", "Postage already exists for this shipment."
                )
            rate = next((rate for rate in shipment["rates"] if rate["id"] == wanted), None)
            if rate is None:
                raise Rejected(422, "RATE.NOT_FOUND", "The rate could not be found.")
            self.bought += 1
            number = f"92{secrets.randbelow(10**20):020}"
            shipment["selected_rate"] = rate
            shipment["tracking_code"] = number
            shipment["status"] = "unknown"
            shipment["tracker"] = {
                "id": _id("trk"),
                "object": "Tracker",
                "tracking_code": number,
                "status": "unknown",
                "carrier": rate["carrier"],
                "is_return": shipment["is_return"],
            }
            # A return travels the other way round.
            to = "from_address" if shipment["is_return"] else "to_address"
            paper = self._store("label", "pdf", "application/pdf", label_file(number, shipment[to]))
            shipment["postage_label"] = {
                "id": _id("pl"),
                "object": "PostageLabel",
                "label_size": "4x6",
                "label_file_type": "application/pdf",
                "label_url": paper,
            }
        return shipment

    def refund(self, one: str) -> Thing:
        """Ask for the money of a label back: it comes unless a carrier has scanned it."""
        shipment = self.find(one)
        if not shipment["postage_label"]:
            raise Rejected(422, "SHIPMENT.REFUND.UNAVAILABLE", "No postage was purchased.")
        if shipment["status"] not in ("unknown", "pre_transit"):
            shipment["refund_status"] = "rejected"
        else:
            shipment["refund_status"] = "refunded" if self.refunds_at_once else "submitted"
        return shipment

    def add_form(self, one: str, body: Thing) -> Thing:
        """Make a form of a shipment that was bought: the code that a counter prints it by."""
        shipment = self.find(one)
        if (body.get("form") or {}).get("type") != "label_qr_code":
            raise Rejected(422, "FORM.TYPE.INVALID", "Form type is invalid.")
        if not shipment["postage_label"]:
            raise Rejected(422, "FORM.NOT_AVAILABLE", "The shipment has no postage.")
        url = self._store("form", "png", "image/png", qr_file(shipment["tracking_code"]))
        shipment["forms"].append(
            {
                "id": _id("form"),
                "object": "Form",
                "form_type": "label_qr_code",
                "form_url": url,
            }
        )
        return shipment

    def scan(self, one: str, status: str, detail: str, *, message: str = "") -> Thing:
        """Let the carrier scan a parcel, and return the event that tells of it."""
        shipment = self.find(one)
        shipment["status"] = status
        return self.event(
            "tracker.updated",
            {
                **shipment["tracker"],
                "status": status,
                "status_detail": detail,
                "updated_at": _now(),
                "carrier_detail": {"service": shipment["selected_rate"]["service"]},
                "tracking_details": [
                    {
                        "object": "TrackingDetail",
                        "datetime": _now(),
                        "message": message or detail.replace("_", " ").capitalize(),
                        "status": status,
                        "status_detail": detail,
                        "source": shipment["tracker"]["carrier"],
                        "tracking_location": {
                            "city": "PORTLAND",
                            "state": "ME",
                            "country": "US",
                            "zip": "04101",
                        },
                    }
                ],
            },
        )

    def settle_refund(self, one: str, *, is_taken: bool = True) -> Thing:
        """Let the carrier answer about a refund, and return the event that tells of it."""
        shipment = self.find(one)
        shipment["refund_status"] = "refunded" if is_taken else "rejected"
        refund = {
            "id": _id("rfnd"),
            "object": "Refund",
            "tracking_code": shipment["tracking_code"],
            "status": shipment["refund_status"],
            "carrier": "USPS",
            "shipment_id": one,
        }
        return self.event("refund.successful", refund)

    def event(self, description: str, result: Thing) -> Thing:
        """Return what a webhook tells."""
        return {
            "id": _id("evt"),
            "object": "Event",
            "description": description,
            "mode": "test",
            "created_at": _now(),
            "result": result,
        }

    def _store(self, folder: str, ending: str, kind: str, body: bytes) -> str:
        name = f"{folder}/{secrets.token_hex(16)}.{ending}"
        self.files[name] = (kind, body)
        return f"{self.url}/files/{name}"


def _rate(shipment: str, service: str, price: str, days: int) -> Thing:
    return {
        "id": _id("rate"),
        "object": "Rate",
        "carrier": "USPS",
        "service": service,
        "rate": price,
        "currency": "USD",
        "delivery_days": days,
        "shipment_id": shipment,
    }


def _id(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(16)}"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
