"""Labels of EasyPost: prepared as a shipment, bought once, and given back unused."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from django.utils.translation import gettext_noop

from integrations.connections import find_api
from integrations.easypost.client import EasyPostClient
from integrations.easypost.errors import EasyPostError, KeyRefused, Refused
from integrations.models import Service
from postexp.kernel.money import decimals
from returns.ports import (
    Label,
    LabelAddress,
    LabelRefused,
    LabelRequest,
    LabelUnclear,
    PaperFile,
)

T = TypeVar("T")

GRAMS_PER_OUNCE = Decimal("28.349523125")
MILLIMETRES_PER_INCH = Decimal("25.4")
QR_CARRIER = "USPS"
QR_COUNTRY = "US"
QR_FORM = "label_qr_code"
PAPERS = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png"}
"""What a label or a code may be, by its first bytes."""
POSTAGE_EXISTS = "SHIPMENT.POSTAGE.EXISTS"


class EasyPostLabels:
    """Buys the cheapest label for a return within one country.

    Across a border customs papers would be due, which nobody has filled in: staff upload a label.
    """

    name = "easypost"

    def takes(self, request: LabelRequest) -> bool:
        """Whether the shop may buy there, and both addresses are whole and of one country."""
        ends = (request.sender, request.recipient)
        whole = all(one.address1 and one.city and one.postcode and one.country for one in ends)
        at_home = request.sender.country == request.recipient.country
        can_show = not request.wants_qr or request.sender.country == QR_COUNTRY
        return whole and at_home and can_show and find_api(Service.EASYPOST) is not None

    def prepare(self, request: LabelRequest) -> str:
        """Make a shipment with its rates, which costs nothing."""
        parcel = {"weight": _ounces(request.weight)}
        if request.length and request.width and request.height:
            parcel |= {
                "length": _inches(request.length),
                "width": _inches(request.width),
                "height": _inches(request.height),
            }
        made = _asked(
            lambda client: client.post(
                "shipments",
                {
                    "shipment": {
                        # As the parcel went out: with is_return EasyPost turns it round itself.
                        "from_address": _address(request.recipient),
                        "to_address": _address(request.sender),
                        "parcel": parcel,
                        "is_return": True,
                        "reference": request.key,
                        "options": {
                            "label_format": "PDF",
                            "label_size": "4x6",
                            "print_custom_1": request.reference,
                        },
                    }
                },
            )
        )
        _cheapest(made, wants_qr=request.wants_qr)
        return str(made["id"])

    def buy(self, reference: str, *, wants_qr: bool) -> Label:
        """Buy a shipment's label, unless it was bought before, and fetch its files."""

        def run(client: EasyPostClient) -> Label:
            shipment = client.get(f"shipments/{reference}")
            if not shipment.get("postage_label"):
                rate = _cheapest(shipment, wants_qr=wants_qr)
                try:
                    shipment = client.post(
                        f"shipments/{reference}/buy", {"rate": {"id": rate["id"]}}
                    )
                except Refused as refusal:
                    if refusal.code != POSTAGE_EXISTS:
                        raise
                    shipment = client.get(f"shipments/{reference}")
            return _label(client, shipment, wants_qr=wants_qr)

        return _asked(run, shut_out=LabelUnclear)

    def void(self, reference: str) -> bool:
        """Ask for the money of a label back; the carrier may take weeks to agree."""

        def run(client: EasyPostClient) -> str:
            shipment = client.get(f"shipments/{reference}")
            if shipment.get("refund_status") in ("submitted", "refunded"):
                return str(shipment["refund_status"])
            return str(client.post(f"shipments/{reference}/refund").get("refund_status"))

        status = _asked(run)
        if status not in ("submitted", "refunded"):
            raise LabelRefused(f"The carrier does not take it back ({status}).")
        return status == "refunded"


def _asked(
    run: Callable[[EasyPostClient], T],
    *,
    shut_out: type[LabelRefused | LabelUnclear] = LabelRefused,
) -> T:
    """Ask with the shop's key; what went wrong is a refusal, or has to be asked again.

    Who is not let in is told by `shut_out`: what was asked for before may have been done, which
    nobody can see from outside.
    """
    connection = find_api(Service.EASYPOST)
    if connection is None:
        raise shut_out(gettext_noop("The shop is not connected to EasyPost with an API key."))
    try:
        with EasyPostClient(connection.access_token) as client:
            return run(client)
    except KeyRefused as error:
        raise shut_out(str(error)) from error
    except Refused as error:
        raise LabelRefused(str(error)) from error
    except EasyPostError as error:
        raise LabelUnclear(str(error)) from error


def _cheapest(shipment: dict[str, Any], *, wants_qr: bool) -> dict[str, Any]:
    """Return the lowest rate; raises LabelRefused, with the carriers' reasons, where none is."""
    rates = [
        rate
        for rate in shipment.get("rates") or ()
        if not wants_qr or rate.get("carrier") == QR_CARRIER
    ]
    if not rates:
        told = shipment.get("messages") or ()
        reasons = {str(one.get("message", "")) for one in told} - {""}
        raise LabelRefused(
            " ".join(sorted(reasons)) or gettext_noop("No carrier offers a label for it.")
        )
    cheapest: dict[str, Any] = min(rates, key=lambda rate: Decimal(rate["rate"]))
    return cheapest


def _label(client: EasyPostClient, shipment: dict[str, Any], *, wants_qr: bool) -> Label:
    rate, paper = shipment["selected_rate"], shipment["postage_label"]
    return Label(
        carrier=str(rate["carrier"]),
        service=str(rate.get("service") or ""),
        tracking_number=str(shipment["tracking_code"]),
        cost=_minor_units(rate["rate"], rate["currency"]),
        currency=str(rate["currency"]),
        source=EasyPostLabels.name,
        tracker=str((shipment.get("tracker") or {}).get("id") or ""),
        file=_file(client, paper["label_url"]),
        qr=_qr(client, shipment) if wants_qr else None,
    )


def _qr(client: EasyPostClient, shipment: dict[str, Any]) -> PaperFile | None:
    """Return the code to show, or None where the carrier gives none: the label can be printed."""
    forms = shipment.get("forms") or ()
    form = next((one for one in forms if one.get("form_type") == QR_FORM), None)
    if form is None:
        try:
            made = client.post(f"shipments/{shipment['id']}/forms", {"form": {"type": QR_FORM}})
        except Refused:
            return None
        form = next(one for one in made["forms"] if one.get("form_type") == QR_FORM)
    return _file(client, form["form_url"])


def _file(client: EasyPostClient, url: str) -> PaperFile:
    """Fetch a file that we hand on: its type is what it is, not what its sender says it is."""
    body = client.fetch(url)
    kind = next((kind for start, kind in PAPERS.items() if body.startswith(start)), None)
    if kind is None:
        raise LabelUnclear("The file is neither a PDF nor a PNG picture.")
    return PaperFile(content_type=kind, body=body)


def _address(one: LabelAddress) -> dict[str, str]:
    return {
        "name": one.name or one.company,
        "company": one.company,
        "street1": one.address1,
        "street2": one.address2,
        "city": one.city,
        "state": one.province,
        "zip": one.postcode,
        "country": one.country,
        "phone": one.phone,
    }


def _ounces(grams: int) -> float:
    return float((Decimal(grams) / GRAMS_PER_OUNCE).quantize(Decimal("0.1")))


def _inches(millimetres: int) -> float:
    return float((Decimal(millimetres) / MILLIMETRES_PER_INCH).quantize(Decimal("0.1")))


def _minor_units(amount: str, currency: str) -> int:
    """Return an amount as EasyPost writes it; its rates never have more than the decimals due."""
    return int(Decimal(amount).scaleb(decimals(currency)).to_integral_value())
