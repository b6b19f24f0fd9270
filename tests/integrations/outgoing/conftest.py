"""A shop with an endpoint that a real receiver stands behind."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.conf import LazySettings

from commerce.models import Merchant
from integrations.outgoing.models import Endpoint
from integrations.outgoing.sender import Sender
from integrations.outgoing.services import add_endpoint
from postexp.kernel import clock
from tests.integrations.outgoing.receivers import Receiver, receiving


@pytest.fixture(autouse=True)
def _loopback(settings: LazySettings) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that takes everything."""
    with receiving() as running:
        yield running


@pytest.fixture
def endpoint(scope: Merchant, receiver: Receiver, at: datetime) -> Endpoint:
    """An endpoint that is told of every event, inside the shop's scope."""
    return add_endpoint(url=receiver.url, events=[], at=at, actor="system")


@pytest.fixture
def send_due() -> Callable[..., None]:
    """Send what is due by now, or by an instant, and book how it went."""

    def send(at: datetime | None = None) -> None:
        sender = Sender(threads=8)
        while sender.round(at=at or clock.now()) or sender.under_way:
            sender.wait(0.05)
        sender.close()

    return send
