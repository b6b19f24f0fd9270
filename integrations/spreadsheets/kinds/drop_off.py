"""Drop-off points: one line for each place, from a table or a map of OpenStreetMap."""

# The names of columns read best as a table.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

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
    require,
)
from integrations.spreadsheets.values import plain, read_country, read_flag, read_words
from returns.errors import DropOffUnreadable
from returns.rules.drop_off import PointFacts
from returns.selectors.drop_off import find_point, known_points
from returns.services.drop_off import check_point, put_point, restore_point, snapshot

POINT = "Point"
NUMBER_FIRST = frozenset({"US", "CA", "GB", "IE", "AU", "NZ", "FR"})
"""Where the number of a house stands before its street."""


class DropOffPoints:
    """Places where shoppers hand in what they send back."""

    fields = (
        Field(name="source_id", label=gettext_lazy("ID in your list"),
              names=("ID in your list", "リストでのID", "id", "@id", "osm_id", "Store ID", "店舗コード", "店舗ID"),
              sample_en=("S-001", "S-002"), sample_ja=("S-001", "S-002")),
        Field(name="name", label=gettext_lazy("Name of the place"),
              names=("Name of the place", "場所の名前", "Name", "店舗名", "名称", "name:ja", "name:en"),
              sample_en=("Pearl Street Parcels", "Corner Market"), sample_ja=("神宮前サービスカウンター", "まるや商店")),
        Field(name="branch", label=gettext_lazy("Branch"), names=("Branch", "支店名")),
        Field(name="operator", label=gettext_lazy("Operator"),
              names=("Operator", "運営会社", "Brand", "チェーン名"),
              sample_en=("Pearl Parcels", ""), sample_ja=("まちのカウンター", "")),
        Field(name="carriers", label=gettext_lazy("Carriers whose parcels it takes"),
              names=("Carriers whose parcels it takes", "受け付ける配送会社", "Carriers", "Carrier", "配送会社"),
              sample_en=("UPS, FedEx", ""), sample_ja=("ヤマト運輸", "")),
        Field(name="takes_label", label=gettext_lazy("Takes parcels with a label"),
              names=("Takes parcels with a label", "ラベル付きの荷物を受け付ける", "Label"),
              sample_en=("yes", "yes"), sample_ja=("はい", "はい")),
        Field(name="takes_qr", label=gettext_lazy("Takes a QR code"),
              names=("Takes a QR code", "QRコードを受け付ける", "QR", "QR code"),
              sample_en=("yes", "no"), sample_ja=("はい", "いいえ")),
        Field(name="address1", label=gettext_lazy("Street and number"),
              names=("Street and number", "番地", "Address", "Address1", "住所", "addr:full"),
              sample_en=("100 Example St", "205 Sample Ave"), sample_ja=("神宮前0-0-1", "梅田0-0-2")),
        Field(name="address2", label=gettext_lazy("Building, floor"),
              names=("Building, floor", "建物名・階", "Address2", "建物名", "addr:unit")),
        Field(name="street", label=gettext_lazy("Street"), names=("addr:street",)),
        Field(name="house", label=gettext_lazy("House number"), names=("addr:housenumber",)),
        Field(name="quarter", label=gettext_lazy("Quarter (in Japan)"), names=("addr:quarter",)),
        Field(name="neighbourhood", label=gettext_lazy("Neighbourhood (in Japan)"),
              names=("addr:neighbourhood",)),
        Field(name="block", label=gettext_lazy("Block (in Japan)"), names=("addr:block_number",)),
        Field(name="city", label=gettext_lazy("City"),
              names=("City", "市区町村", "addr:city", "Town"),
              sample_en=("Portland", "Seattle"), sample_ja=("渋谷区", "大阪市北区")),
        Field(name="province", label=gettext_lazy("State or prefecture"),
              names=("State or prefecture", "都道府県", "Province", "State", "addr:province", "addr:state"),
              sample_en=("OR", "WA"), sample_ja=("東京都", "大阪府")),
        Field(name="postcode", label=gettext_lazy("Postcode"),
              names=("Postcode", "郵便番号", "Zip", "addr:postcode", "Postal code"),
              sample_en=("97209", "98101"), sample_ja=("150-0001", "530-0001")),
        Field(name="country", label=gettext_lazy("Country"),
              names=("Country", "国", "addr:country"),
              sample_en=("US", "US"), sample_ja=("JP", "JP")),
        Field(name="latitude", label=gettext_lazy("Latitude"), required=True,
              names=("Latitude", "緯度", "lat", "@lat", "y"),
              sample_en=("45.5280", "47.6090"), sample_ja=("35.6690", "34.7030")),
        Field(name="longitude", label=gettext_lazy("Longitude"), required=True,
              names=("Longitude", "経度", "lon", "lng", "@lon", "x"),
              sample_en=("-122.6850", "-122.3370"), sample_ja=("139.7080", "135.4960")),
        Field(name="geometry", label=gettext_lazy("Shape on the map"), names=("geometry",)),
        Field(name="time_zone", label=gettext_lazy("Time zone"),
              names=("Time zone", "タイムゾーン", "timezone")),
        Field(name="opening_hours", label=pgettext_lazy("column of a file", "Opening hours"),
              names=("Opening hours", "営業時間", "opening_hours"),
              sample_en=("Mo-Fr 08:00-20:00; Sa 09:00-17:00; PH off", "24/7"),
              sample_ja=("Mo-Fr 09:00-21:00; Sa,Su,PH 10:00-18:00", "24/7")),
    )  # fmt: skip

    def group(self, row: Row) -> str:
        """Each line is a place of its own."""
        return ""

    def belongs(self, row: Row, above: Row) -> bool:
        """No line belongs to another."""
        return False

    def read(self, rows: Sequence[Row], setting: Setting) -> Told:
        """Return the place a line tells of."""
        labels, row = labels_of(self.fields), rows[0]
        _check_shape(row)
        require(row, self.fields)
        latitude = _degrees(labels["latitude"], row["latitude"])
        longitude = _degrees(labels["longitude"], row["longitude"])
        name = _name(row)
        country = read_country(labels["country"], row["country"])
        facts = PointFacts(
            # Without an ID the same place is known by its name and where it is.
            source_id=row["source_id"] or f"{name[:90]}@{latitude:.5f},{longitude:.5f}",
            name=name,
            operator=row["operator"],
            carriers=tuple(read_words(row["carriers"])),
            takes_label=_flag(labels["takes_label"], row["takes_label"]),
            takes_qr=_flag(labels["takes_qr"], row["takes_qr"]),
            address1=_street(row, country),
            address2=row["address2"],
            city=row["city"],
            province=row["province"],
            postcode=row["postcode"],
            country=country,
            latitude=latitude,
            longitude=longitude,
            time_zone=row["time_zone"],
            opening_hours=row["opening_hours"],
        )
        whole = _checked(facts, labels)
        return Told(key=whole.source_id, facts=whole, print=fingerprint(asdict(whole)))

    def known(self, told: Sequence[Told]) -> set[str]:
        """Return the places that are here."""
        return known_points([one.key for one in told])

    def refusals(self, told: Sequence[Told]) -> dict[str, str]:
        """Nothing that is here keeps a place out."""
        return {}

    def apply(self, told: Told, setting: Setting, *, at: datetime) -> Applied:
        """Keep the place, or bring it up to date; one that was withdrawn is in use again."""
        there = find_point(told.key)
        before = snapshot(there) if there else None
        point, is_changed = put_point(told.facts, at=at, actor=setting.actor)
        if not is_changed:
            return Applied(outcome=Outcome.UNCHANGED, object_id=point.public_id)
        return Applied(
            outcome=Outcome.CHANGED if there else Outcome.CREATED,
            object_id=point.public_id,
            before={"before": before, "after": snapshot(point)},
        )

    def undo(self, object_id: str, before: Any, setting: Setting, *, at: datetime) -> str:
        """Withdraw the place, or give it back what it was."""
        try:
            return restore_point(
                object_id, before["before"], before["after"], at=at, actor=setting.actor
            )
        except ObjectDoesNotExist:
            return _("It is not here any more.")


def _check_shape(row: Row) -> None:
    if row["geometry"] not in ("", POINT):
        raise Refused(
            _(
                "It is drawn as a %(shape)s. Export the middle of each place as a point, then"
                " import it again."
            )
            % {"shape": row["geometry"]}
        )


def _degrees(label: str, text: str) -> float:
    try:
        return float(plain(text))
    except ValueError as error:
        raise Refused(
            _("%(field)s: “%(text)s” is no number of degrees, such as 35.669.")
            % {"field": label, "text": text}
        ) from error


def _flag(label: str, text: str) -> bool:
    return read_flag(label, text) if text else True


def _name(row: Row) -> str:
    name = row["name"] or row["operator"]
    branch = row["branch"]
    return f"{name} {branch}" if name and branch and branch not in name else name


def _street(row: Row, country: str) -> str:
    """Return street and number, put together where a map tells them apart."""
    if row["address1"]:
        return row["address1"]
    if row["street"]:
        parts = [row["street"], row["house"]]
        if country in NUMBER_FIRST:
            parts.reverse()
        return " ".join(filter(None, parts))
    numbers = "-".join(filter(None, (row["block"], row["house"])))
    return f"{row['quarter']}{row['neighbourhood']}{numbers}"


def _checked(facts: PointFacts, labels: dict[str, str]) -> PointFacts:
    try:
        return check_point(facts)
    except DropOffUnreadable as error:
        raise Refused(f"{labels[error.field]}: {error.detail}") from error
