"""What a test committed is gone before the next."""

import pytest

from commerce.models import Merchant
from tests.emptying import empty_tables, used_tables


@pytest.mark.django_db(transaction=True)
def test_no_row_of_a_test_stays(merchant: Merchant) -> None:
    assert '"commerce_merchant"' in used_tables()
    empty_tables()
    assert used_tables() == set()
