"""Products: one line for each variant, with its stock. A line may name a variant by SKU alone."""

# The names of columns read best as a table.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commerce.enums import StockOwner
from commerce.ports import ProductFacts, VariantFacts
from commerce.selectors.products import find_product, find_products_by_sku, known_products
from commerce.services.products import take_in_product
from commerce.services.withdrawals import restore_product, snapshot_product, withdraw_product
from integrations.spreadsheets.columns import Field
from integrations.spreadsheets.enums import Outcome
from integrations.spreadsheets.errors import Refused
from integrations.spreadsheets.kinds.base import Applied, Row, Setting, Told, fingerprint, labels_of
from integrations.spreadsheets.values import read_count, read_flag, read_minor, read_words


class Products:
    """Products with variants and stock."""

    fields = (
        Field(name="product_id", label=gettext_lazy("Product ID in the shop"),
              names=("Product ID in the shop", "ショップでの商品ID", "Handle", "Product ID", "商品ID", "商品管理番号"),
              sample_en=("mug", "mug", "towel"), sample_ja=("mug", "mug", "towel")),
        Field(name="title", label=gettext_lazy("Product name"),
              names=("Product name", "商品名", "Title", "Product", "Name"),
              sample_en=("Mug", "", "Towel"), sample_ja=("マグカップ", "", "タオル")),
        Field(name="variant_id", label=gettext_lazy("Variant ID in the shop"),
              names=("Variant ID in the shop", "ショップでのバリエーションID", "Variant ID", "バリエーションID", "SKU管理番号")),
        Field(name="variant_title", label=gettext_lazy("Variant"),
              names=("Variant", "バリエーション", "Option1 Value", "Variant title", "Option", "選択肢"),
              sample_en=("Blue", "White", ""), sample_ja=("青", "白", "")),
        Field(name="sku", label=gettext_lazy("SKU"),
              names=("SKU", "商品コード", "Variant SKU", "品番", "商品番号"),
              sample_en=("MUG-BLUE", "MUG-WHITE", "TOWEL-1"), sample_ja=("MUG-BLUE", "MUG-WHITE", "TOWEL-1")),
        Field(name="price", label=gettext_lazy("Price"),
              names=("Price", "価格", "Variant Price", "販売価格", "単価", "税込価格"),
              sample_en=("20.00", "20.00", "13.00"), sample_ja=("2,500", "2,500", "2,000")),
        Field(name="stock", label=gettext_lazy("Stock"),
              names=("Stock", "在庫数", "Variant Inventory Qty", "Inventory", "Available", "在庫", "Quantity", "On hand"),
              sample_en=("12", "4", "30"), sample_ja=("12", "4", "30")),
        Field(name="category", label=gettext_lazy("Category"),
              names=("Category", "カテゴリ", "Type", "Product Category", "カテゴリー", "商品カテゴリ"),
              sample_en=("Kitchen", "", "Bath"), sample_ja=("キッチン", "", "バス")),
        Field(name="vendor", label=gettext_lazy("Vendor"), names=("Vendor", "販売元", "Supplier", "Brand", "仕入先")),
        Field(name="tags", label=gettext_lazy("Tags"), names=("Tags", "タグ", "Product tags")),
        Field(name="final_sale", label=gettext_lazy("Not returnable"),
              names=("Not returnable", "返品不可", "Final sale"),
              sample_en=("no", "", "no"), sample_ja=("いいえ", "", "いいえ")),
        Field(name="care", label=gettext_lazy("Care"), names=("Care", "お手入れ", "Care instructions")),
    )  # fmt: skip

    def group(self, row: Row) -> str:
        """The lines of one product stand below each other; a line of a SKU alone is an entry."""
        return row["product_id"] or row["title"] or row["sku"]

    def belongs(self, row: Row, above: Row) -> bool:
        """A line that names none adds to the one above."""
        return True

    def read(self, rows: Sequence[Row], setting: Setting) -> Told:
        """Return the product the lines tell of, completed by what is known of it."""
        labels, first = labels_of(self.fields), rows[0]
        if not (first["product_id"] or first["title"] or first["sku"]):
            raise Refused(_("%(field)s is missing.") % {"field": labels["sku"]})
        told = [_variant(row, labels, setting.merchant.currency) for row in rows]
        top = {
            "product_id": first["product_id"][:64],
            "title": first["title"],
            "category": first["category"],
            "vendor": first["vendor"],
            "tags": read_words(first["tags"]),
            "care": first["care"],
            "final_sale": read_flag(labels["final_sale"], first["final_sale"])
            if first["final_sale"]
            else None,
        }
        facts = _complete(top, told, setting, labels)
        return Told(
            key=facts.external_id,
            facts=facts,
            print=fingerprint({"top": top, "variants": told}),
        )

    def known(self, told: Sequence[Told]) -> set[str]:
        """Return the products that are here."""
        return known_products([one.key for one in told])

    def refusals(self, told: Sequence[Told]) -> dict[str, str]:
        """Nothing that is here keeps a product out."""
        return {}

    def apply(self, told: Told, setting: Setting, *, at: datetime) -> Applied:
        """Create the product, or bring it up to date; stock counts where Postexp owns the count."""
        there = find_product(told.key)
        before = snapshot_product(there) if there else None
        product = take_in_product(told.facts, at=at, by=StockOwner.POSTEXP)
        after = snapshot_product(product)
        if before is not None and _bare(before) == _bare(after):
            return Applied(outcome=Outcome.UNCHANGED, object_id=product.public_id)
        return Applied(
            outcome=Outcome.CHANGED if there else Outcome.CREATED,
            object_id=product.public_id,
            before={"before": before, "after": after},
        )

    def undo(self, object_id: str, before: Any, setting: Setting, *, at: datetime) -> str:
        """Take the product away, or give it back what it was."""
        if before["before"] is None:
            return withdraw_product(object_id, before["after"])
        return restore_product(object_id, before["before"], before["after"])


def _bare(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Return a snapshot without when it was told."""
    product = {
        name: value for name, value in snapshot["product"].items() if name != "source_updated_at"
    }
    return {**snapshot, "product": product}


def _variant(row: Row, labels: dict[str, str], currency: str) -> dict[str, Any]:
    price = read_minor(labels["price"], row["price"], currency)
    if price is not None and price < 0:
        raise Refused(
            _("%(field)s: “%(text)s” is no amount.")
            % {"field": labels["price"], "text": row["price"]}
        )
    return {
        "variant_id": row["variant_id"][:64],
        "title": row["variant_title"],
        "sku": row["sku"],
        "price": price,
        "stock": read_count(labels["stock"], row["stock"]),
    }


def _complete(
    top: dict[str, Any], told: list[dict[str, Any]], setting: Setting, labels: dict[str, str]
) -> ProductFacts:
    """Return the product whole: what the lines leave out is as it is here."""
    external_id = top["product_id"]
    if not external_id and told[0]["sku"]:
        same = find_products_by_sku(told[0]["sku"])
        if len(same) > 1:
            raise Refused(
                _("%(field)s: more than one variant is called “%(text)s”.")
                % {"field": labels["sku"], "text": told[0]["sku"]}
            )
        external_id = same[0].product.external_id if same else ""
    there = find_product(external_id) if external_id else None
    title = top["title"] or (there.title if there else "")
    if not title:
        raise Refused(_("%(field)s is missing.") % {"field": labels["title"]})
    external_id = external_id or f"file:{title}"[:64]
    there = there or find_product(external_id)
    variants = {variant.external_id: variant for variant in there.variants.all()} if there else {}
    by_sku = {variant.sku: variant for variant in variants.values() if variant.sku}
    facts: dict[str, VariantFacts] = {}
    for place, one in enumerate(told):
        known = variants.get(one["variant_id"]) or by_sku.get(one["sku"])
        own = f"{external_id}:{one['sku'] or one['title'] or place + 1}"[:64]
        name = known.external_id if known else one["variant_id"] or own
        facts[name] = VariantFacts(
            external_id=name,
            title=one["title"] or (known.title if known else ""),
            sku=one["sku"] or (known.sku if known else ""),
            price=one["price"] if one["price"] is not None else (known.price if known else 0),
            stock=one["stock"] if one["stock"] is not None else (known.stock if known else None),
        )
    rest = {
        name: VariantFacts(
            external_id=name,
            title=variant.title,
            sku=variant.sku,
            price=variant.price,
            stock=variant.stock,
        )
        for name, variant in sorted(variants.items(), key=lambda pair: pair[1].position)
    }
    return ProductFacts(
        external_id=external_id,
        title=title,
        # What the platform told later is not set back by an older file.
        updated_at=max(setting.uploaded_at, there.source_updated_at)
        if there
        else setting.uploaded_at,
        category=top["category"] or (there.category if there else ""),
        product_type=there.product_type if there else "",
        vendor=top["vendor"] or (there.vendor if there else ""),
        tags=tuple(top["tags"]) or (tuple(there.tags) if there else ()),
        care=top["care"],
        final_sale=top["final_sale"]
        if top["final_sale"] is not None
        else bool(there and there.final_sale),
        variants=tuple({**rest, **facts}.values()),
    )
