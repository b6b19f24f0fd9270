"""Carriers by the many names platforms give them, and their own pages for a parcel."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, kw_only=True)
class Carrier:
    """A carrier. `page` is its tracking page with `{}` for the number; "" where it has none.

    `countries` are those it collects parcels in (ISO 3166-1 alpha-2); empty for most of the world.
    `redelivery` is where a recipient who was absent asks for another attempt (再配達), with `{}`
    where it takes the number in its address. `places` is where it tells the addresses and opening
    hours of its own places, at which a parcel can be collected.
    """

    slug: str
    name: str
    name_ja: str = ""
    page: str = ""
    countries: tuple[str, ...] = ()
    redelivery: str = ""
    places: str = ""

    def name_in(self, locale: str) -> str:
        """Return the carrier's name as people of a language write it."""
        return (self.name_ja if locale.startswith("ja") else "") or self.name

    def tracking_url(self, number: str) -> str:
        """Return the address of the carrier's own page for a number, or "".

        It names the number without the dashes and blanks of a label.
        """
        key = quote(number_key(number), safe="")
        return self.page.format(key) if self.page and key else ""

    def redelivery_url(self, number: str) -> str:
        """Return the address where a recipient asks for another attempt, or "".

        A page that does not take the number in its address asks for it.
        """
        digits = quote(number_key(number), safe="")
        return self.redelivery.format(digits) if digits else ""


_KNOWN = (
    Carrier(
        slug="yamato",
        name="Yamato Transport",
        name_ja="ヤマト運輸",
        page="https://jizen.kuronekoyamato.co.jp/jizen/servlet/crjz.b.NQ0010?id={}",
        countries=("JP",),
        redelivery="https://member.kms.kuronekoyamato.co.jp/parcel/detail?pno={}",
        places="https://locations.kuronekoyamato.co.jp/p/yamato01/",
    ),
    Carrier(
        slug="sagawa",
        name="Sagawa Express",
        name_ja="佐川急便",
        page="https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo={}",
        countries=("JP",),
        redelivery="https://www.e-service.sagawa-exp.co.jp/e/f.d",
        places="https://www.sagawa-exp.co.jp/send/branch_search/tanto/",
    ),
    Carrier(
        slug="japan_post",
        name="Japan Post",
        name_ja="日本郵便",
        page="https://trackings.post.japanpost.jp/services/srv/search/direct?reqCodeNo1={}",
        countries=("JP",),
        redelivery="https://trackings.post.japanpost.jp/delivery/deli/firstDeliveryInput/",
        places="https://map.japanpost.jp/p/search/",
    ),
    Carrier(slug="ups", name="UPS", page="https://www.ups.com/track?tracknum={}"),
    Carrier(
        slug="usps",
        name="USPS",
        page="https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
        countries=("US",),
    ),
    Carrier(slug="fedex", name="FedEx", page="https://www.fedex.com/fedextrack/?trknbr={}"),
    Carrier(slug="dhl", name="DHL", page="https://www.dhl.com/en/express/tracking.html?AWB={}"),
    Carrier(
        slug="dhl_parcel_de",
        name="DHL Parcel Germany",
        name_ja="DHLパケット（ドイツ）",
        page="https://www.dhl.de/en/privatkunden/pakete-empfangen/verfolgen.html?piececode={}",
        countries=("DE",),
    ),
    Carrier(
        slug="royal_mail",
        name="Royal Mail",
        name_ja="ロイヤルメール",
        page="https://www.royalmail.com/track-your-item#/tracking-results/{}",
        countries=("GB",),
    ),
    Carrier(
        slug="canada_post",
        name="Canada Post",
        name_ja="カナダポスト",
        page="https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={}",
        countries=("CA",),
    ),
    Carrier(
        slug="australia_post",
        name="Australia Post",
        name_ja="オーストラリア・ポスト",
        page="https://auspost.com.au/mypost/track/details/{}",
        countries=("AU",),
    ),
    Carrier(slug="amazon", name="Amazon Logistics", page="https://track.amazon.com/tracking/{}"),
    Carrier(
        slug="amazon_shipping",
        name="Amazon Shipping",
        page="https://track.amazon.com/tracking/{}",
    ),
    Carrier(
        slug="canpar",
        name="Canpar",
        page="https://www.canpar.com/en/track/tracking.jsp?reference={}&locale=en",
        countries=("CA",),
    ),
    Carrier(
        slug="dpd",
        name="DPD",
        page="https://www.dpdgroup.com/nl/mydpd/my-parcels/track?lang=en&parcelNumber={}",
        countries=(
            *("AT", "BE", "CH", "CZ", "DE", "EE", "ES", "FR", "GB", "HR", "HU", "IE", "IT"),
            *("LT", "LU", "LV", "NL", "PL", "PT", "RO", "SI", "SK"),
        ),
    ),
    Carrier(
        slug="gofo",
        name="GOFO Express",
        page="https://www.gofoexpress.com/tracking.html?searchID={}",
        countries=("US",),
    ),
    Carrier(
        slug="landmark",
        name="Landmark Global",
        page="https://track.landmarkglobal.com/?search={}",
    ),
    Carrier(slug="lasership", name="LaserShip", countries=("US",)),
    Carrier(
        slug="old_dominion",
        name="Old Dominion Freight Line",
        page="https://www.odfl.com/us/en/tools/trace-track-ltl-freight/trace.html?proNumbers={}",
        countries=("US",),
    ),
    Carrier(
        slug="ontrac",
        name="OnTrac",
        page="https://www.ontrac.com/tracking/?number={}",
        countries=("US",),
    ),
    Carrier(
        slug="purolator",
        name="Purolator",
        page="https://www.purolator.com/en/shipping/tracker?searchValue={}",
        countries=("CA",),
    ),
    Carrier(
        slug="speedee",
        name="Spee-Dee Delivery",
        page="https://www.speedeedelivery.com/track/?tracking={}",
        countries=("US",),
    ),
    Carrier(
        slug="yodel",
        name="Yodel",
        page="https://www.yodel.co.uk/tracking/{}",
        countries=("GB",),
    ),
    Carrier(
        slug="yunexpress",
        name="YunExpress",
        page="https://www.yuntrack.com/parcelTracking?id={}",
        countries=("CN",),
    ),
    Carrier(
        slug="hermes_de",
        name="Hermes Germany",
        name_ja="ヘルメス（ドイツ）",
        page="https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation/#{}",
        countries=("DE",),
    ),
    Carrier(slug="sf_express", name="SF Express", name_ja="順豊エクスプレス"),
    Carrier(slug="cainiao", name="Cainiao", name_ja="菜鳥", countries=("CN",)),
    Carrier(slug="4px", name="4PX", countries=("CN",)),
    Carrier(
        slug="jp_express_pelican",
        name="Pelican (JP Express)",
        name_ja="ペリカン便",
        countries=("JP",),
    ),
    Carrier(slug="austrian_post", name="Austrian Post", countries=("AT",)),
    Carrier(slug="bpost", name="bpost", countries=("BE",)),
    Carrier(slug="swiss_post", name="Swiss Post", countries=("CH",)),
    Carrier(slug="china_post", name="China Post", name_ja="中国郵政", countries=("CN",)),
    Carrier(slug="deutsche_post", name="Deutsche Post", countries=("DE",)),
    Carrier(slug="correos", name="Correos", countries=("ES",)),
    Carrier(
        slug="la_poste",
        name="La Poste",
        page="https://www.laposte.fr/outils/suivre-vos-envois?code={}",
        countries=("FR",),
    ),
    Carrier(slug="hongkong_post", name="Hongkong Post", name_ja="香港郵政", countries=("HK",)),
    Carrier(slug="an_post", name="An Post", countries=("IE",)),
    Carrier(slug="poste_italiane", name="Poste Italiane", countries=("IT",)),
    Carrier(slug="korea_post", name="Korea Post", name_ja="韓国郵便", countries=("KR",)),
    Carrier(
        slug="postnl",
        name="PostNL",
        page="https://www.postnl.nl/track-en-trace/{}",
        countries=("NL",),
    ),
    Carrier(slug="new_zealand_post", name="New Zealand Post", countries=("NZ",)),
    Carrier(slug="postnord", name="PostNord", countries=("DK", "SE")),
    Carrier(slug="singapore_post", name="Singapore Post", countries=("SG",)),
    Carrier(slug="chunghwa_post", name="Chunghwa Post", name_ja="中華郵政", countries=("TW",)),
)
_VAGUE = frozenset({"", "other", "others", "unknown", "none", "n/a", "-", "その他", "不明"})
_BY_SLUG = {carrier.slug: carrier for carrier in _KNOWN}
_TO_KATAKANA = {ord(sign): ord(sign) + 0x60 for sign in map(chr, range(0x3041, 0x3097))}


def _name_key(name: str) -> str:
    """Return a name as it is compared: without width, case, blanks and signs, in katakana."""
    plain = unicodedata.normalize("NFKC", name).lower().translate(_TO_KATAKANA)
    return re.sub(r"[\W_]", "", plain)


_ALIASES = {
    "yamatoja": "yamato",
    "yamatotransport": "yamato",
    "ヤマト運輸": "yamato",
    "クロネコヤマト": "yamato",
    "ヤマト": "yamato",
    "黒猫ヤマト": "yamato",
    "宅急便": "yamato",
    "sagawaja": "sagawa",
    "sagawaexpress": "sagawa",
    "佐川急便": "sagawa",
    "佐川": "sagawa",
    "サガワ": "sagawa",
    "飛脚宅配便": "sagawa",
    "japanpost": "japan_post",
    "japanpostja": "japan_post",
    "japanposten": "japan_post",
    "日本郵便": "japan_post",
    "ゆうパック": "japan_post",
    "郵便局": "japan_post",
    "fedexsmartpost": "fedex",
    "fedexdefault": "fedex",
    "dhlexpress": "dhl",
    "upsdap": "ups",
    "upsmailinnovations": "ups",
    "royalmail": "royal_mail",
    "canadapost": "canada_post",
    "australiapost": "australia_post",
    "amazonlogisticsus": "amazon",
    "dhlecommerce": "dhl",
    "dhlpaket": "dhl",
    "auspost": "australia_post",
    "hermes": "hermes_de",
    "ontracexpress": "ontrac",
    "unitedstatespostalservice": "usps",
}
_NAMES = {
    _name_key(name): slug
    for name, slug in (
        *_ALIASES.items(),
        *(
            (name, carrier.slug)
            for carrier in _KNOWN
            for name in (carrier.slug, carrier.name, carrier.name_ja)
            if name
        ),
    )
}


def carrier_of(name: str) -> Carrier:
    """Return the carrier that a name or slug means; an unknown one keeps its name, without page.

    Hiragana, half-width letters and capitals make no other name: くろねこヤマト is Yamato.
    A code such as `acme_parcel` is read out as people would write it: "Acme Parcel".
    """
    written = " ".join(name.split())[:80]
    slug = _NAMES.get(_name_key(written))
    return _BY_SLUG[slug] if slug else Carrier(slug=written, name=_readable(written))


def is_vague(name: str) -> bool:
    """Whether a name says no more than that there is some carrier, as "Other" does."""
    return name.strip().lower() in _VAGUE


def known_carriers() -> tuple[Carrier, ...]:
    """Return every carrier we know, those of Japan first."""
    return _KNOWN


def knows_carrier(slug: str) -> bool:
    """Whether a slug is that of a carrier we know, and not just a name somebody gave."""
    return slug in _BY_SLUG


def _readable(written: str) -> str:
    """Take the signs of a code out of a name, and begin its words with capitals where it has none.

    Names with capitals of their own, such as "LaserShip", stay as they are.
    """
    signs = r"[_\s-]+" if written == written.lower() else r"[_\s]+"
    words = re.sub(signs, " ", written)
    words = words.strip() or written
    return words.title() if words == words.lower() else words


def number_key(number: str) -> str:
    """Return a tracking number as it is compared: without width, blanks, dashes and case."""
    plain = unicodedata.normalize("NFKC", number)
    return "".join(sign for sign in plain if sign.isalnum()).upper()[:120]
