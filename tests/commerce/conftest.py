"""People at the door of the dashboard."""

from collections.abc import Callable

import pytest
from django.test import Client

from commerce.enums import Role
from commerce.models import Merchant, User
from commerce.services.merchants import add_member
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope
from tests.shops import log_in

Enter = Callable[[str], Client]


@pytest.fixture
def staff(client: Client, owner: User) -> Client:
    """The owner's browser."""
    log_in(client, owner)
    return client


@pytest.fixture
def enter(merchant: Merchant, owner: User) -> Enter:
    """Make a member of the Japanese shop with a role, and return their browser."""

    def as_role(role: str) -> Client:
        user = User.objects.create_user(f"{role}@komorebi.example", None, name=Role(role).label)
        with merchant_scope(merchant.pk):
            add_member(merchant=merchant, user=user, role=role, by=owner, at=clock.now())
        browser = Client()
        browser.force_login(user)
        return browser

    return as_role
