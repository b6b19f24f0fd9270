"""Labels of the demo: samples nobody can send a parcel with, and who may choose them."""

from __future__ import annotations

import hashlib
from datetime import datetime

from commerce.selectors import get_merchant
from integrations.easypost.fake.files import label_file, qr_file
from returns.enums import ReturnMethod
from returns.ports import Label, LabelRequest, PaperFile
from returns.services.parcels import add_address, change_sending

COUNTRY = "US"
COST = 593
DIGITS = 20
# Where the demo's American shop says that its returns go.
PLACE = {
    "name": "Portland",
    "company": "Harbor & Pine Returns",
    "address1": "0 Example Way",
    "city": "Portland",
    "province": "OR",
    "postcode": "97201",
    "country": COUNTRY,
    "phone": "+1 503-555-0100",
}


class DemoLabels:
    """Sells the demo's American shop samples, the same ones however often they are asked for."""

    name = "demo"

    def takes(self, request: LabelRequest) -> bool:
        """Whether the shop is a demo, and the parcel travels in its country."""
        at_home = request.sender.country == request.recipient.country == COUNTRY
        return at_home and get_merchant().is_demo

    def prepare(self, request: LabelRequest) -> str:
        """Return the parcel's own name: there is nothing to prepare."""
        return request.key

    def buy(self, reference: str, *, wants_qr: bool) -> Label:
        """Return a sample under a number made of the reference."""
        printed = int(hashlib.sha256(reference.encode()).hexdigest(), 16) % 10**DIGITS
        number = f"92{printed:0{DIGITS}}"
        to = {"company": PLACE["company"], "street1": PLACE["address1"], "city": PLACE["city"]}
        return Label(
            carrier="USPS",
            service="GroundAdvantage",
            tracking_number=number,
            cost=COST,
            currency="USD",
            source=self.name,
            tracker="",
            file=PaperFile(content_type="application/pdf", body=label_file(number, to)),
            qr=PaperFile(content_type="image/png", body=qr_file(number)) if wants_qr else None,
        )

    def void(self, reference: str) -> bool:
        """Take a sample back at once."""
        return True


def offer_labels(*, at: datetime, actor: str) -> None:
    """Let the American shop's shoppers choose between a label, a QR code, a drop-off point and
    their own way; the Japanese one's between the last two.
    """
    has_labels = get_merchant().country == COUNTRY
    labels = (ReturnMethod.LABEL, ReturnMethod.QR) if has_labels else (ReturnMethod.OWN,)
    rest = (ReturnMethod.OWN,) if has_labels else ()
    change_sending(
        methods=[*labels, ReturnMethod.DROP_OFF, *rest],
        words={},
        weight=900,
        length=300,
        width=220,
        height=100,
        at=at,
        actor=actor,
    )
    if has_labels:
        add_address(PLACE, at=at, actor=actor)
