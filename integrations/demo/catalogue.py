"""What the demo shops sell. Prices are in minor units of each shop's currency."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DemoProduct:
    """A product; `shape` and `colours` say how its picture is drawn."""

    key: str
    title: str
    shape: str
    colours: tuple[str, str, str]
    category: str
    price: int
    variants: tuple[str, ...] = ("",)
    care: str = ""
    tags: tuple[str, ...] = ()

    @property
    def external_id(self) -> str:
        """The id the product has on the pretended platform."""
        return f"demo-{self.key}"

    def variant_id(self, position: int) -> str:
        """The id of one of its variants on the pretended platform."""
        return f"demo-{self.key}-{position + 1}"


KOMOREBI = (
    DemoProduct(
        key="mug",
        title="波佐見焼マグカップ",
        shape="mug",
        colours=("#dfe7df", "#4f7a6a", "#2f4f45"),
        category="キッチン",
        price=2640,
        variants=("若草", "藍", "白"),
        care="電子レンジ・食洗機をお使いいただけます。",
    ),
    DemoProduct(
        key="towel",
        title="今治バスタオル",
        shape="towel",
        colours=("#efe6da", "#d9b48f", "#b98b60"),
        category="リネン",
        price=3850,
        variants=("生成り", "グレー"),
        care="ネットに入れて洗濯機で洗えます。柔軟剤は使わないでください。",
    ),
    DemoProduct(
        key="teapot",
        title="南部鉄器の急須",
        shape="teapot",
        colours=("#e4e2de", "#3b3f46", "#24272c"),
        category="キッチン",
        price=9900,
        care="使用後は水気を拭き取り、よく乾かしてください。",
    ),
    DemoProduct(
        key="candle",
        title="檜のアロマキャンドル",
        shape="candle",
        colours=("#f3ead7", "#e8cf9f", "#a6793d"),
        category="香り",
        price=2200,
        variants=("檜", "柚子"),
        tags=("opened-not-returnable",),
    ),
    DemoProduct(
        key="tote",
        title="帆布トートバッグ",
        shape="tote",
        colours=("#e6ebf1", "#5b7b9c", "#39536e"),
        category="バッグ",
        price=6600,
        variants=("紺", "生成り"),
    ),
    DemoProduct(
        key="notebook",
        title="和紙ノート",
        shape="notebook",
        colours=("#f0e4e4", "#c25b5b", "#8d3b3b"),
        category="文具",
        price=1210,
        variants=("A5", "B6"),
    ),
    DemoProduct(
        key="lamp",
        title="竹のテーブルランプ",
        shape="lamp",
        colours=("#efe8dc", "#d8a657", "#7d5a2b"),
        category="インテリア",
        price=14300,
    ),
    DemoProduct(
        key="cushion",
        title="草木染めクッション",
        shape="cushion",
        colours=("#e9ece2", "#8aa07a", "#5f7651"),
        category="インテリア",
        price=4950,
        variants=("よもぎ", "茜"),
    ),
    DemoProduct(
        key="shirt",
        title="リネンシャツ",
        shape="shirt",
        colours=("#e8ecef", "#a9bccb", "#6f8799"),
        category="衣類",
        price=11000,
        variants=("S", "M", "L"),
        care="手洗いまたはネット使用で洗えます。",
    ),
    DemoProduct(
        key="socks",
        title="五本指ソックス",
        shape="socks",
        colours=("#ece6ee", "#8e7aa3", "#5f4d74"),
        category="衣類",
        price=1430,
        variants=("22–24 cm", "25–27 cm"),
    ),
)

HARBOR = (
    DemoProduct(
        key="sweater",
        title="Fisherman sweater",
        shape="shirt",
        colours=("#e6e9ec", "#4a6378", "#2f4354"),
        category="Knitwear",
        price=12800,
        variants=("S", "M", "L", "XL"),
        care="Hand wash cold, dry flat.",
    ),
    DemoProduct(
        key="blanket",
        title="Wool camp blanket",
        shape="towel",
        colours=("#f0e7e2", "#b4553f", "#7c3526"),
        category="Home",
        price=9800,
        variants=("Rust", "Forest"),
    ),
    DemoProduct(
        key="enamel",
        title="Enamel camp mug",
        shape="mug",
        colours=("#e9eef0", "#2f6f7e", "#1d4a55"),
        category="Kitchen",
        price=1800,
        variants=("Teal", "Cream"),
        care="Dishwasher safe. Not for the microwave.",
    ),
    DemoProduct(
        key="beeswax",
        title="Beeswax candle",
        shape="candle",
        colours=("#f5edd8", "#e5b95a", "#9a6b1c"),
        category="Home",
        price=2400,
        tags=("opened-not-returnable",),
    ),
    DemoProduct(
        key="weekender",
        title="Waxed weekender bag",
        shape="tote",
        colours=("#ebe7de", "#7a6a45", "#4f4328"),
        category="Bags",
        price=18500,
        variants=("Olive", "Navy"),
    ),
    DemoProduct(
        key="journal",
        title="Field journal",
        shape="notebook",
        colours=("#e8ede6", "#5e7f53", "#3c5634"),
        category="Paper",
        price=1600,
        variants=("Dotted", "Ruled"),
    ),
    DemoProduct(
        key="lantern",
        title="Oil lantern",
        shape="lamp",
        colours=("#eee6e2", "#c9673a", "#8a3f1c"),
        category="Home",
        price=7400,
    ),
    DemoProduct(
        key="pillow",
        title="Linen throw pillow",
        shape="cushion",
        colours=("#ece9f0", "#7d77a8", "#524c7a"),
        category="Home",
        price=5200,
        variants=("Heather", "Sand"),
    ),
    DemoProduct(
        key="kettle",
        title="Pour-over kettle",
        shape="teapot",
        colours=("#e8e8e8", "#55595e", "#2e3135"),
        category="Kitchen",
        price=8900,
    ),
    DemoProduct(
        key="hikers",
        title="Merino hiking socks",
        shape="socks",
        colours=("#efe8e0", "#a5623a", "#6f3d20"),
        category="Knitwear",
        price=2200,
        variants=("M", "L"),
    ),
)
