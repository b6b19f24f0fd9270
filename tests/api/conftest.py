"""A program that calls the API of the Japanese shop."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from commerce.enums import Scope
from commerce.models import Merchant, User
from commerce.services.keys import create_key
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope

Call = Callable[..., Any]


def key_of(merchant: Merchant, owner: User) -> str:
    with merchant_scope(merchant.pk):
        made = create_key(merchant=merchant, name="k", scopes=list(Scope), by=owner, at=clock.now())
    return made.secret


@pytest.fixture
def call(merchant: Merchant, owner: User, client: Client) -> Call:
    """Ask for an address as a program of the shop."""
    secret = key_of(merchant, owner)

    def get(path: str, **headers: str) -> Any:
        return client.get(
            f"/api/v1/{path}", headers={"Authorization": f"Bearer {secret}", **headers}
        )

    return get
