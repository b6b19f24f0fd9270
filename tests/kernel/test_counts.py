"""Several sets of rows are counted in one statement."""

from typing import Any

from commerce.models import Merchant, User
from postexp.kernel.counts import count_each


def test_each_set_is_counted_in_its_place(
    merchant: Merchant, other_merchant: Merchant, owner: User, django_assert_num_queries: Any
) -> None:
    shops = Merchant.objects.order_by("name_en")
    with django_assert_num_queries(1):
        counts = count_each([shops, User.objects.filter(email=owner.email), shops.filter(slug="")])
    assert counts == [Merchant.objects.count(), 1, 0]


def test_nothing_to_count_asks_nothing(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert count_each([]) == []


def test_counting_stops_where_it_is_told_to(merchant: Merchant, other_merchant: Merchant) -> None:
    shops = Merchant.objects.all()
    assert count_each([shops, shops.filter(slug="")], most=1) == [1, 0]
