"""Shipments: one line for each parcel of an order that is here, or for each article in it."""

# The names of columns read best as a table.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from commerce import selectors as commerce
from commerce.ports import FulfilmentFacts
from integrations.spreadsheets.columns import Field
from integrations.spreadsheets.enums import Outcome
from integrations.spreadsheets.errors import Refused
from integrations.spreadsheets.kinds.base import (
    Applied,
    Row,
    Setting,
    Told,
    fingerprint,
    labels_of,
    refuse_errors,
)
from integrations.spreadsheets.kinds.orders import HARMLESS
from integrations.spreadsheets.values import read_count, read_flag, read_moment
from notifications.services import hold_messages, withdraw_messages
from tracking.errors import TrackingError
from tracking.selectors import get_shipment
from tracking.serializers.shipments_in import ShipmentIn
from tracking.services import take_in_shipment
from tracking.services.withdrawals import withdraw_shipment


class Shipments:
    """Parcels of orders."""

    fields = (
        Field(name="order_number", label=pgettext_lazy("column of a file", "Order number"), required=True,
              names=("Order number", "注文番号", "Order", "Name", "受注番号", "Order no", "お客様管理番号"),
              sample_en=("#1001", "#1002", "#1003"), sample_ja=("#1001", "#1002", "#1003")),
        Field(name="tracking_number", label=gettext_lazy("Tracking number"), required=True,
              names=("Tracking number", "追跡番号", "Tracking", "伝票番号", "送り状番号", "お問い合わせ番号", "お問い合わせ伝票番号",
                     "Tracking no", "お届け番号"),
              sample_en=("1Z999AA10123456784", "9400100000000000000006", "1Z999AA10123456793"),
              sample_ja=("1032-6136-7661", "6000-7842-0325", "3174-0000-0013")),
        Field(name="carrier", label=gettext_lazy("Carrier"),
              names=("Carrier", "配送会社", "Tracking Company", "運送会社", "配送業者", "Shipping company"),
              sample_en=("UPS", "USPS", "UPS"), sample_ja=("ヤマト運輸", "佐川急便", "日本郵便")),
        Field(name="sent_at", label=gettext_lazy("Sent on"),
              names=("Sent on", "発送日", "出荷日", "Shipped at", "Shipped on", "Fulfilled at", "出荷予定日", "発送日時"),
              sample_en=("2026-10-04", "2026-10-05", "2026-10-05"), sample_ja=("2026/10/04", "2026/10/05", "2026/10/05")),
        Field(name="tracking_url", label=gettext_lazy("Tracking address"),
              names=("Tracking address", "追跡URL", "Tracking URL", "Tracking link")),
        Field(name="cancelled", label=gettext_lazy("Cancelled"),
              names=("Cancelled", "キャンセル", "Canceled", "取消")),
        Field(name="line_id", label=gettext_lazy("Line ID in the shop"),
              names=("Line ID in the shop", "ショップでの明細ID", "Lineitem id", "Line ID", "明細ID")),
        Field(name="sku", label=gettext_lazy("SKU"), names=("SKU", "商品コード", "品番", "Lineitem sku", "商品番号")),
        Field(name="quantity", label=gettext_lazy("Quantity"), names=("Quantity", "数量", "個数", "Qty")),
        Field(name="external_id", label=gettext_lazy("Shipment ID in the shop"),
              names=("Shipment ID in the shop", "ショップでの出荷ID", "Shipment ID", "Fulfillment ID", "出荷ID")),
    )  # fmt: skip

    def group(self, row: Row) -> str:
        """The lines of one parcel of an order are one entry."""
        return row["external_id"] or f"{row['order_number']}|{row['tracking_number']}".strip("|")

    def belongs(self, row: Row, above: Row) -> bool:
        """A line that names none adds to the one above."""
        return True

    def read(self, rows: Sequence[Row], setting: Setting) -> Told:
        """Return the parcel the lines tell of."""
        labels, first = labels_of(self.fields), rows[0]
        for name in ("order_number", "tracking_number"):
            if not first[name]:
                raise Refused(_("%(field)s is missing.") % {"field": labels[name]})
        order_id = _order_id(first["order_number"])
        tracking = first["tracking_number"]
        sent_at = read_moment(labels["sent_at"], first["sent_at"], setting.zone, setting.date_order)
        payload: dict[str, Any] = {
            "external_id": (first["external_id"] or f"{order_id}:{tracking}")[:64],
            "order_external_id": order_id,
            "carrier": first["carrier"],
            "tracking_number": tracking,
            "cancelled": read_flag(labels["cancelled"], first["cancelled"]),
            "items": _items(rows, order_id, labels),
        }
        if first["tracking_url"]:
            payload["tracking_url"] = first["tracking_url"]
        if sent_at is not None:
            payload["sent_at"] = sent_at.isoformat()
        incoming = ShipmentIn(data=payload)
        if not incoming.is_valid():
            refuse_errors(incoming.errors, labels)
        facts = incoming.facts(at=setting.uploaded_at)
        cells = [[row[field.name] for field in self.fields] for row in rows]
        return Told(key=facts.external_id, facts=facts, print=fingerprint(cells))

    def known(self, told: Sequence[Told]) -> set[str]:
        """Return the shipments that are here."""
        return set(commerce.told_fulfilments([one.key for one in told]))

    def refusals(self, told: Sequence[Told]) -> dict[str, str]:
        """A parcel needs its order."""
        here = commerce.sources_of_orders([one.facts.order_external_id for one in told])
        return {
            one.key: _("There is no such order. Import the order first.")
            for one in told
            if one.facts.order_external_id not in here
        }

    def apply(self, told: Told, setting: Setting, *, at: datetime) -> Applied:
        """Make the parcel, or bring it up to date."""
        facts: FulfilmentFacts = told.facts
        there = commerce.told_fulfilments([told.key]).get(told.key)
        if there == _said(facts):
            return Applied(outcome=Outcome.UNCHANGED)
        try:
            shipments = take_in_shipment(facts, at=at, actor=setting.actor)
        except TrackingError as error:
            raise Refused(str(error.message)) from error
        if not shipments:
            raise Refused(_("There is no such shipment that could be cancelled."))
        return Applied(
            outcome=Outcome.CHANGED if there else Outcome.CREATED,
            object_id=shipments[0].public_id,
            before={"ref": told.key, "before": there},
        )

    def undo(self, object_id: str, before: Any, setting: Setting, *, at: datetime) -> str:
        """Take the parcel away; one that was here before keeps what it was told."""
        if before["before"] is not None:
            return _("It was here before, and the file told something new of it.")
        order_id = _order_of(object_id)
        kept = hold_messages(order_id, parcel_id=object_id) or withdraw_shipment(
            before["ref"], at=at, actor=setting.actor, ignoring=(*HARMLESS, *setting.taken_back)
        )
        if not kept:
            withdraw_messages(order_id, parcel_id=object_id, at=at, actor=setting.actor)
        return kept


def _order_id(number: str) -> str:
    """Return the id of the order a file names: by its id in the shop, or by its number."""
    if commerce.get_order_by_external_id(number[:64]) is not None:
        return number[:64]
    found = list(commerce.list_orders_numbered(number)[:2])
    if len(found) > 1:
        raise Refused(
            _("More than one order has the number %(number)s. Name its ID in the shop.")
            % {"number": number}
        )
    return found[0].external_id if found else number[:64]


def _order_of(shipment_id: str) -> str:
    """Return the order of a parcel, empty where the parcel is no longer here."""
    try:
        return get_shipment(shipment_id).order_ref
    except ObjectDoesNotExist:
        return ""


def _items(rows: Sequence[Row], order_id: str, labels: dict[str, str]) -> list[dict[str, Any]]:
    """Return the units the lines name, by line or by SKU; none are the whole order's rest."""
    named = [row for row in rows if row["line_id"] or row["sku"]]
    if not named:
        return _everything(order_id) if len(rows) == 1 else []
    order = commerce.get_order_by_external_id(order_id)
    lines = commerce.list_lines(order) if order else []
    items = []
    for row in named:
        line_id = row["line_id"] or next(
            (line.external_id for line in lines if line.sku == row["sku"]), ""
        )
        if not line_id:
            raise Refused(
                _("%(field)s: “%(text)s” is not in this order.")
                % {"field": labels["sku"], "text": row["sku"]}
            )
        quantity = read_count(labels["quantity"], row["quantity"])
        items.append({"line_external_id": line_id, "quantity": 1 if quantity is None else quantity})
    return items


def _everything(order_id: str) -> list[dict[str, Any]]:
    """Return every unit of an order of which nothing was sent yet, else none: who could tell?"""
    order = commerce.get_order_by_external_id(order_id)
    if order is None or commerce.list_fulfilments(order):
        return []
    return [
        {"line_external_id": line.external_id, "quantity": line.quantity}
        for line in commerce.list_lines(order)
        if line.requires_shipping
    ]


def _said(facts: FulfilmentFacts) -> dict[str, Any]:
    return {
        "status": facts.status[:20],
        "carrier": facts.carrier_name[:80],
        "numbers": list(facts.tracking_numbers),
        "lines": [[line.line_external_id, line.quantity] for line in facts.lines],
    }
