"""The API does what its schema says, for every operation and for whatever is sent."""

from typing import Any

import pytest
import schemathesis
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from commerce.enums import Scope
from commerce.models import Merchant, User
from commerce.services.keys import create_key
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope
from postexp.wsgi import application

EXAMPLES = 12
# Of a request that says no more than which object is meant.
BARE_EXAMPLES = 3


@pytest.fixture
def headers(full_shop: Merchant, owner: User) -> dict[str, str]:
    """A key that may do everything."""
    with merchant_scope(full_shop.pk):
        secret = create_key(
            merchant=full_shop, name="all", scopes=list(Scope), by=owner, at=clock.now()
        ).secret
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.django_db(transaction=True)
def test_every_operation_keeps_to_the_schema(headers: dict[str, str]) -> None:
    schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
    schema.app = application
    operations = [result.ok() for result in schema.get_all_operations()]
    assert operations
    for operation in operations:
        _try(operation, headers)


def _try(operation: Any, headers: dict[str, str]) -> None:
    says_more = operation.body or operation.query

    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES if says_more else BARE_EXAMPLES,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def keeps_to_it(case: Any) -> None:
        # A request may fit the schema and still break a rule no schema can state (all amounts in
        # the order's currency, no more units than can come back): that is answered 409 or 422.
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    keeps_to_it()
