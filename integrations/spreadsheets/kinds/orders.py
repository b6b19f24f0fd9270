"""Orders: one line for each line of an order, the lines of one order below each other."""

# The names of columns read best as a table.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from commerce import selectors as commerce
from commerce.enums import PaymentState, TenderKind
from commerce.ports import OrderFacts
from commerce.rules import number_key
from commerce.serializers.orders_in import OrderFactsIn
from commerce.services.orders import take_in_order
from commerce.services.withdrawals import (
    customer_began,
    restore_order,
    snapshot_order,
    withdraw_order,
)
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
from integrations.spreadsheets.kinds.people import PEOPLE, split_name
from integrations.spreadsheets.values import (
    plain,
    read_amount,
    read_count,
    read_country,
    read_flag,
    read_language,
    read_moment,
    read_words,
)
from notifications.events import FallbackDue, MessageNotSent, MessagePlanned, SendingDue
from notifications.services import hold_messages, withdraw_messages
from postexp.design import formats
from postexp.kernel.money import Money
from tracking.events import (
    IncidentClosed,
    IncidentOpened,
    ShipmentChanged,
    ShipmentDelayed,
    ShipmentRecovered,
    ShipmentStillDelayed,
)

SOURCE = "import"
AHEAD = timedelta(days=1)
OF_THE_ORDER = (
    *("external_id", "placed_at", "customer_id", "email", "phone"),
    *("name", "family_name", "given_name", "recipient"),
)
"""What only the first line of an order tells, or each of its lines alike."""
HARMLESS = (
    *(MessagePlanned.type, SendingDue.type, FallbackDue.type, MessageNotSent.type),
    *(IncidentOpened.type, IncidentClosed.type),
    *(ShipmentChanged.type, ShipmentDelayed.type),
    *(ShipmentStillDelayed.type, ShipmentRecovered.type),
)
"""What happens to an order by itself after an import, as time passes, and touches nobody. Messages
that did go out are looked for by themselves, and so are the scans of carriers."""
PAID = {
    **dict.fromkeys(
        ("", "paid", "支払済", "支払済み", "支払い済み", "入金済", "入金済み", "完了"), "paid"
    ),
    **dict.fromkeys(("pending", "unpaid", "未払い", "未入金", "入金待ち"), "pending"),
    **dict.fromkeys(("authorized", "authorised", "与信済み", "オーソリ済み"), "authorized"),
    **dict.fromkeys(("partially_paid", "partially paid", "一部入金"), "partially_paid"),
    **dict.fromkeys(("partially_refunded", "partially refunded", "一部返金"), "partially_refunded"),
    **dict.fromkeys(("refunded", "返金済み"), "refunded"),
    **dict.fromkeys(("voided", "void", "無効"), "voided"),
}
MEANS = (
    (TenderKind.CASH_ON_DELIVERY, ("cod", "cash on delivery", "代引", "代金引換")),
    (TenderKind.BANK, ("bank", "transfer", "銀行", "振込", "コンビニ", "後払い")),
    (TenderKind.GIFT_CARD, ("gift", "ギフト")),
    (TenderKind.POINTS, ("point", "ポイント")),
    (TenderKind.CARD, ("card", "カード", "credit", "stripe", "paypal", "shopify", "pay")),
)


class Orders:
    """Orders with their lines."""

    fields = (
        Field(name="number", label=pgettext_lazy("column of a file", "Order number"), required=True,
              names=("Order number", "注文番号", "Name", "Order", "Order no", "Order #", "受注番号", "注文No", "受注No"),
              sample_en=("#1001", "#1001", "#1002"), sample_ja=("#1001", "#1001", "#1002")),
        Field(name="external_id", label=gettext_lazy("Order ID in the shop"),
              names=("Order ID in the shop", "Order ID", "ショップでの注文ID", "注文ID", "External ID", "Id")),
        Field(name="placed_at", label=gettext_lazy("Order date"), required=True,
              names=("Order date", "注文日時", "注文日", "Created at", "Placed at", "Date", "受注日", "受注日時", "購入日時"),
              sample_en=("2026-10-02 14:05", "", "2026-10-03"), sample_ja=("2026/10/02 14:05", "", "2026/10/03")),
        *PEOPLE,
        Field(name="recipient", label=gettext_lazy("Recipient"),
              names=("Recipient", "お届け先名", "Shipping Name", "送付先氏名", "お届け先氏名", "配送先名", "届け先名"),
              sample_en=("Hannah Reed", "", "Tom Cole"), sample_ja=("佐藤 花子", "", "鈴木 一郎")),
        Field(name="company", label=gettext_lazy("Company"),
              names=("Company", "会社名", "Shipping Company", "法人名")),
        Field(name="postcode", label=gettext_lazy("Postcode"),
              names=("Postcode", "郵便番号", "Zip", "Zip code", "Postal code", "Shipping Zip", "お届け先郵便番号"),
              sample_en=("97209", "", "10001"), sample_ja=("150-0001", "", "530-0001")),
        Field(name="country", label=gettext_lazy("Country"),
              names=("Country", "国", "Shipping Country", "Country code", "国名"),
              sample_en=("US", "", "US"), sample_ja=("日本", "", "日本")),
        Field(name="province", label=gettext_lazy("State or prefecture"),
              names=("State or prefecture", "都道府県", "Shipping Province", "State", "Province", "Prefecture"),
              sample_en=("OR", "", "NY"), sample_ja=("東京都", "", "大阪府")),
        Field(name="city", label=gettext_lazy("City"),
              names=("City", "市区町村", "Shipping City"),
              sample_en=("Portland", "", "New York"), sample_ja=("渋谷区", "", "大阪市北区")),
        Field(name="address1", label=pgettext_lazy("column of a file", "Address"),
              names=("Address", "住所", "住所（番地）", "Address 1", "Address1", "Shipping Address1", "番地", "住所1", "お届け先住所"),
              sample_en=("12 Pine St", "", "7 Elm Ave"), sample_ja=("神宮前1-2-3", "", "梅田4-5-6")),
        Field(name="address2", label=gettext_lazy("Address, second line"),
              names=("Address, second line", "建物名", "Address 2", "Address2", "Shipping Address2", "住所2", "マンション名")),
        Field(name="currency", label=gettext_lazy("Currency"),
              names=("Currency", "通貨", "Currency code")),
        Field(name="total", label=gettext_lazy("Order total"), required=True,
              names=("Order total", "合計金額", "Total", "Grand total", "注文金額", "合計", "請求金額", "総合計"),
              sample_en=("58.00", "", "24.00"), sample_ja=("7,500", "", "2,500")),
        Field(name="shipping", label=gettext_lazy("Delivery charge"),
              names=("Delivery charge", "送料", "Shipping", "配送料", "Shipping price"),
              sample_en=("5.00", "", "4.00"), sample_ja=("500", "", "0")),
        Field(name="discount", label=gettext_lazy("Discount on the order"),
              names=("Discount on the order", "割引額", "Discount Amount", "Discount", "値引き", "クーポン値引"),),
        Field(name="discount_code", label=gettext_lazy("Discount code"),
              names=("Discount code", "割引コード", "クーポンコード")),
        Field(name="tax_included", label=gettext_lazy("Prices include tax"),
              names=("Prices include tax", "税込", "Tax included", "Taxes included", "内税"),
              sample_en=("no", "", "no"), sample_ja=("はい", "", "はい")),
        Field(name="payment_state", label=gettext_lazy("Payment"),
              names=("Payment", "支払い状況", "Financial Status", "Payment status", "入金状況", "決済状況"),
              sample_en=("paid", "", "pending"), sample_ja=("支払い済み", "", "未入金")),
        Field(name="payment_method", label=gettext_lazy("Paid by"),
              names=("Paid by", "支払い方法", "Payment Method", "決済方法", "お支払い方法", "支払方法"),
              sample_en=("Card", "", "Bank transfer"), sample_ja=("クレジットカード", "", "銀行振込")),
        Field(name="cancelled_at", label=gettext_lazy("Cancelled on"),
              names=("Cancelled on", "キャンセル日", "Cancelled at", "Canceled at", "キャンセル日時")),
        Field(name="tags", label=gettext_lazy("Tags"), names=("Tags", "タグ", "Order tags")),
        Field(name="line_id", label=gettext_lazy("Line ID in the shop"),
              names=("Line ID in the shop", "ショップでの明細ID", "Lineitem id", "Line ID", "明細ID")),
        Field(name="sku", label=gettext_lazy("SKU"),
              names=("SKU", "商品コード", "Lineitem sku", "品番", "商品番号"),
              sample_en=("MUG-BLUE", "TOWEL-1", "MUG-BLUE"), sample_ja=("MUG-BLUE", "TOWEL-1", "MUG-BLUE")),
        Field(name="title", label=gettext_lazy("Product name"), required=True,
              names=("Product name", "商品名", "Lineitem name", "Product", "Item", "Title", "Item name"),
              sample_en=("Mug", "Towel", "Mug"), sample_ja=("マグカップ", "タオル", "マグカップ")),
        Field(name="variant_title", label=gettext_lazy("Variant"),
              names=("Variant", "バリエーション", "Variant title", "Option", "選択肢", "項目選択肢"),
              sample_en=("Blue", "", "Blue"), sample_ja=("青", "", "青")),
        Field(name="quantity", label=gettext_lazy("Quantity"), required=True,
              names=("Quantity", "数量", "Lineitem quantity", "Qty", "個数"),
              sample_en=("2", "1", "1"), sample_ja=("2", "1", "1")),
        Field(name="unit_price", label=gettext_lazy("Unit price"), required=True,
              names=("Unit price", "単価", "Lineitem price", "Price", "商品単価", "販売価格", "価格"),
              sample_en=("20.00", "13.00", "20.00"), sample_ja=("2,500", "2,000", "2,500")),
        Field(name="line_discount", label=gettext_lazy("Discount on the line"),
              names=("Discount on the line", "明細割引額", "Lineitem discount", "Line discount")),
    )  # fmt: skip

    def group(self, row: Row) -> str:
        """The lines of one order number are one order."""
        return row["external_id"] or row["number"]

    def belongs(self, row: Row, above: Row) -> bool:
        """A line without a number is one of the order above, unless it tells of another order."""
        return all(row[name] in ("", above[name]) for name in OF_THE_ORDER)

    def read(self, rows: Sequence[Row], setting: Setting) -> Told:
        """Return the order the lines tell of; its own facts are in the first line."""
        labels, first = labels_of(self.fields), rows[0]
        number = first["number"]
        if not number:
            raise Refused(_without_number(first, labels))
        currency = _currency(labels["currency"], first["currency"], setting)

        def amount(row: Row, name: str) -> dict[str, str] | None:
            return read_amount(labels[name], row[name], currency)

        placed_at = read_moment(
            labels["placed_at"], first["placed_at"], setting.zone, setting.date_order
        )
        cancelled_at = read_moment(
            labels["cancelled_at"], first["cancelled_at"], setting.zone, setting.date_order
        )
        if placed_at and placed_at > setting.uploaded_at + AHEAD:
            raise Refused(
                _("%(field)s: “%(text)s” lies more than a day ahead.")
                % {"field": labels["placed_at"], "text": first["placed_at"]}
            )
        total, shipping = amount(first, "total"), amount(first, "shipping")
        discount = amount(first, "discount")
        state = _payment_state(labels["payment_state"], first["payment_state"])
        payload: dict[str, Any] = {
            "number": number,
            "currency": currency,
            "tax_included": read_flag(labels["tax_included"], first["tax_included"])
            if first["tax_included"]
            else setting.merchant.country == "JP",
            "payment_state": state,
            "email": first["email"],
            "phone": first["phone"],
            "locale": read_language(labels["locale"], first["locale"])
            or setting.merchant.default_locale,
            "tags": read_words(first["tags"]),
            "customer": _customer(first),
            "address": _address(first, labels),
            "lines": [_line(row, place, labels, currency) for place, row in enumerate(rows)],
            "shipping": [{"title": "", "price": shipping}] if shipping else [],
            "discounts": [{"code": first["discount_code"], "amount": discount}] if discount else [],
            "tenders": _tenders(state, first["payment_method"], total),
        }
        if placed_at:
            payload["placed_at"] = placed_at.isoformat()
        if cancelled_at:
            payload["cancelled_at"] = cancelled_at.isoformat()
        if total:
            payload["total"] = total
        incoming = OrderFactsIn(data=payload)
        if not incoming.is_valid():
            refuse_errors(incoming.errors, labels)
        key = first["external_id"] or number_key(number)
        facts = replace(incoming.facts(key[:64], at=setting.uploaded_at), source=SOURCE)
        return Told(key=key[:64], facts=facts, print=fingerprint(payload), doubt=_doubt(facts))

    def known(self, told: Sequence[Told]) -> set[str]:
        """Return the orders that are here."""
        return set(commerce.sources_of_orders([one.key for one in told]))

    def refusals(self, told: Sequence[Told]) -> dict[str, str]:
        """Nothing that is here keeps an order out."""
        return {}

    def apply(self, told: Told, setting: Setting, *, at: datetime) -> Applied:
        """Create the order, or bring one that an import made up to date; others are left."""
        facts: OrderFacts = told.facts
        there = commerce.get_order_by_external_id(told.key)
        if there is not None and there.source != SOURCE:
            note = _("This order is here from the shop already, and was left as it is.")
            return Applied(outcome=Outcome.UNCHANGED, object_id=there.public_id, note=note)
        before = snapshot_order(there) if there else None
        taken = take_in_order(facts, merchant=setting.merchant, at=at, actor=setting.actor)
        if taken.stale:
            note = _("A newer version of this order is already here.")
            return Applied(outcome=Outcome.UNCHANGED, object_id=taken.order.public_id, note=note)
        if before is None:
            before = {"customer": customer_began(taken.order, at=at)}
        return Applied(
            outcome=Outcome.CREATED if taken.created else Outcome.CHANGED,
            object_id=taken.order.public_id,
            before=before,
        )

    def undo(self, object_id: str, before: Any, setting: Setting, *, at: datetime) -> str:
        """Take the order away, or give it back what it was, unless more happened to it."""
        if "order" in before:
            return restore_order(
                object_id,
                before,
                at=at,
                actor=setting.actor,
                ignoring=(*HARMLESS, *setting.taken_back),
            )
        kept = hold_messages(object_id) or withdraw_order(
            object_id,
            with_customer=before["customer"],
            at=at,
            actor=setting.actor,
            ignoring=(*HARMLESS, *setting.taken_back),
        )
        if not kept:
            withdraw_messages(object_id, at=at, actor=setting.actor)
        return kept


def _without_number(row: Row, labels: dict[str, str]) -> str:
    missing = _("%(field)s is missing.") % {"field": labels["number"]}
    told = [labels[name] for name in OF_THE_ORDER if row[name]]
    if not told:
        return missing
    reason = _("The line is no part of the order above, as it tells its own: %(fields)s.")
    return f"{missing} {reason % {'fields': ', '.join(told)}}"


def _currency(label: str, text: str, setting: Setting) -> str:
    """Return the currency of an order: the shop's own, or another it is known to sell in."""
    currency = plain(text).upper() or setting.merchant.currency
    if currency not in setting.currencies:
        raise Refused(
            _("%(field)s: the shop sells in %(known)s, not in %(text)s.")
            % {"field": label, "text": text, "known": ", ".join(sorted(setting.currencies))}
        )
    return currency


def _doubt(facts: OrderFacts) -> str:
    """Return why an order's total had better be looked at: it is not what its parts come to.

    Files have no column for tax that is charged on top, nor for a fee: where prices are without
    tax, a total may be higher.
    """
    goods = sum(line.quantity * line.unit_price - line.line_discount for line in facts.lines)
    discounts = sum(discount.amount for discount in facts.discounts)
    parts = goods - discounts + sum(row.price - row.discount for row in facts.shipping)
    if facts.total == parts or (not facts.tax_included and parts < facts.total <= 2 * parts):
        return ""
    total, sums = Money(facts.total, facts.currency), Money(parts, facts.currency)
    return _(
        "The order total is %(total)s, but its lines, delivery and discounts come to %(sum)s."
    ) % {"total": formats.money(total), "sum": formats.money(sums)}


def _payment_state(label: str, text: str) -> str:
    state = PAID.get(text.strip().lower())
    if state is None:
        known = ", ".join(str(one.value) for one in PaymentState)
        raise Refused(
            _("%(field)s: “%(text)s” is not known. Write one of: %(known)s.")
            % {"field": label, "text": text, "known": known}
        )
    return state


def _tenders(state: str, method: str, total: dict[str, str] | None) -> list[dict[str, Any]]:
    if total is None or state not in ("paid", "partially_refunded", "refunded"):
        return []
    written = method.lower()
    kind = next(
        (kind for kind, words in MEANS if any(word in written for word in words)),
        TenderKind.OTHER if method else TenderKind.MANUAL,
    )
    return [{"kind": kind.value, "gateway": method[:80], "captured": total}]


def _customer(row: Row) -> dict[str, str] | None:
    family, given = split_name(row)
    told = {
        "external_id": row["customer_id"],
        "email": row["email"],
        "phone": row["phone"],
        "family_name": family,
        "given_name": given,
        "family_kana": row["family_kana"],
        "given_kana": row["given_kana"],
    }
    return told if told["external_id"] or told["email"] else None


def _address(row: Row, labels: dict[str, str]) -> dict[str, str] | None:
    family, given = split_name(row)
    address = {name: row[name] for name in ("company", "postcode", "province", "city")}
    address |= {name: row[name] for name in ("address1", "address2", "phone")}
    if not any(address[name] for name in ("postcode", "city", "address1")):
        return None
    name = row["recipient"] or row["name"] or f"{family} {given}".strip()
    return {**address, "name": name, "country": read_country(labels["country"], row["country"])}


def _line(row: Row, place: int, labels: dict[str, str], currency: str) -> dict[str, Any]:
    quantity = read_count(labels["quantity"], row["quantity"])
    line: dict[str, Any] = {
        "external_id": row["line_id"] or f"{place + 1}",
        "title": row["title"],
        "variant_title": row["variant_title"],
        "sku": row["sku"],
    }
    if quantity is not None:
        line["quantity"] = quantity
    for name in ("unit_price", "line_discount"):
        amount = read_amount(labels[name], row[name], currency)
        if amount is not None:
            line[name] = amount
    return line
