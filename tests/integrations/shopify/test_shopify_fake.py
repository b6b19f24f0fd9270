"""The pretended shop tells of parcels as a real one does."""

from integrations.shopify.fake.shop import FakeShop, seed
from tracking.rules import carrier_of
from tracking.rules.detection import detect_carriers


def test_numbers_are_those_of_their_carrier() -> None:
    shop = seed(FakeShop(), orders=30)
    sent = [parcel for order in shop.orders.values() for parcel in order["fulfillments"]]
    numbers = {parcel["tracking_number"] for parcel in sent}
    assert len(numbers) == len(sent) == 30
    for parcel in sent:
        found = detect_carriers(parcel["tracking_number"], country="JP")
        assert carrier_of(parcel["tracking_company"]) in [one.carrier for one in found]
