"""Who took a parcel in, and what the carrier keeps of it, as each source tells."""

import json
from typing import Any

import pytest

from integrations.sources import SOURCES
from tracking.rules import PickupPlace, Proof


def read(source: str, payload: Any) -> Any:
    return SOURCES[source](json.dumps(payload).encode())[0]


FEDEX = {
    "output": {
        "completeTrackResults": [
            {
                "trackingNumber": "1",
                "trackResults": [
                    {
                        "deliveryDetails": {
                            "receivedByName": "R. Doe",
                            "locationDescription": "Residence",
                        },
                        "availableImages": [{"type": "SIGNATURE_PROOF_OF_DELIVERY"}],
                    }
                ],
            }
        ]
    }
}
UPS = {
    "trackResponse": {
        "shipment": [
            {
                "package": [
                    {
                        "trackingNumber": "1",
                        "deliveryInformation": {
                            "receivedBy": "DOE",
                            "location": "Front Door",
                            "signature": {"image": "R0lGODlh"},
                            "deliveryPhoto": {"photo": "R0lGODlh"},
                        },
                    }
                ]
            }
        ]
    }
}
USPS = {
    "trackingNumber": "1",
    "trackingEvents": [
        {"eventCode": "07", "eventType": "Arrived at Unit"},
        {"eventCode": "01", "eventType": "Delivered", "name": "J DOE"},
        {"eventCode": "01", "eventType": "Delivered", "name": "OLDER"},
    ],
}
DHL = {
    "shipments": [
        {
            "id": "1",
            "details": {
                "proofOfDeliverySignedAvailable": True,
                "proofOfDelivery": {
                    "signatureUrl": "http://www.dhl.example/signature",
                    "documentUrl": "https://www.dhl.example/document",
                    "signed": {"givenName": "Jane", "familyName": "Doe"},
                },
            },
        }
    ]
}
ROYAL_MAIL = {
    "mailPieces": {
        "mailPieceId": "1",
        "signature": {"recipientName": "Simon", "imageId": "001234"},
    }
}
AMAZON = {
    "payload": {
        "trackingId": "1",
        "summary": {
            "proofOfDelivery": {
                "receivedBy": "Jane",
                "deliveryImageURL": "https://images.example/1.jpg",
            }
        },
    }
}


@pytest.mark.parametrize(
    ("source", "payload", "proof"),
    [
        ("fedex", FEDEX, Proof(received_by="R. Doe", left_at="Residence", has_signature=True)),
        (
            "ups",
            UPS,
            Proof(received_by="DOE", left_at="Front Door", has_signature=True, has_photo=True),
        ),
        ("usps", USPS, Proof(received_by="J DOE")),
        (
            "dhl",
            DHL,
            Proof(
                received_by="Jane Doe",
                document_url="https://www.dhl.example/document",
                has_signature=True,
            ),
        ),
        ("royalmail", ROYAL_MAIL, Proof(received_by="Simon", has_signature=True)),
        (
            "amazon_shipping",
            AMAZON,
            Proof(received_by="Jane", photo_url="https://images.example/1.jpg"),
        ),
        ("easypost", {"tracking_code": "1", "signed_by": "Jane"}, Proof(received_by="Jane")),
        (
            "aftership",
            {"tracking_number": "1", "slug": "ups", "signed_by": "Jane"},
            Proof(received_by="Jane"),
        ),
    ],
)
def test_the_proof_is_read(source: str, payload: Any, proof: Proof) -> None:
    assert read(source, payload).proof == proof


def test_xml_sources_tell_it_too() -> None:
    detail = b"""<tracking-detail><pin>1</pin>
      <signature-image-exists>true</signature-image-exists>
      <suppress-signature>false</suppress-signature>
      <significant-events>
        <occurrence><event-identifier>1496</event-identifier><signatory-name/></occurrence>
        <occurrence><event-identifier>20</event-identifier>
          <signatory-name>Jane</signatory-name></occurrence>
      </significant-events></tracking-detail>"""
    (told,) = SOURCES["canadapost"](detail)
    assert told.proof == Proof(received_by="Jane", has_signature=True)
    piece = b"""<data name="piece-shipment-list" code="0"><data name="piece-shipment"
      piece-code="1" recipient-id-text="different person present"/></data>"""
    (told,) = SOURCES["dhl_parcel_de"](piece)
    assert told.proof == Proof(received_by="different person present")


@pytest.mark.parametrize("agent", ["false", "true"])
def test_usps_only_says_whether_an_agent_may_take_it(agent: str) -> None:
    scan = {"eventCode": "01", "eventType": "Delivered, Parcel Locker", "authorizedAgent": agent}
    for who, name in ((None, ""), ("ACME INC", "ACME INC")):
        event = {**scan, "name": None, "firm": who}
        told = read("usps", {"trackingNumber": "1", "trackingEvents": [event]})
        assert told.proof == Proof(received_by=name)


def test_aftership_names_the_place_of_collection_and_keeps_its_note_to_the_receiver() -> None:
    told = read(
        "aftership",
        {
            "tracking_number": "1",
            "slug": "ups",
            "pickup_location": "Access Point 7",
            "pickup_note": "Ask for Jane, code 1234",
        },
    )
    assert told.pickup == PickupPlace(name="Access Point 7")
