"""Whatever is killed in the middle of its work, nothing is lost and nothing happens twice."""

import signal
import threading
import time
from collections.abc import Iterable, Iterator

import pytest
from django.db import Error as DatabaseError
from django.db import connections, transaction
from django.db.models import F, Q
from django.test import override_settings

from commerce.models import Merchant, Order
from commerce.ports import CustomerFacts
from commerce.services.orders import take_in_order
from integrations.line.access import connect_account
from integrations.line.fake.account import Friend
from integrations.line.fake.server import FakeLine
from notifications.enums import Medium, State
from notifications.models import Flow, Message
from notifications.selectors import list_waiting_for_staff
from notifications.services import link_account, offer_link
from postexp.kernel import clock, history, inbox
from postexp.kernel.events import Event, append
from postexp.kernel.models import Delivery, EventRecord, InboxMessage
from postexp.kernel.outbox import DATABASE_BATCH
from postexp.kernel.tenancy import merchant_scope
from tests.facts import order_facts
from tests.faults.conftest import MERCHANT, House, SlowLine, connect_this_thread, effects, kill
from tests.faults.planted import SOURCE, Counted, Posted, Sent
from tests.launcher.conftest import wait_for
from tests.shops import make_owner, open_komorebi

pytestmark = pytest.mark.faults
THANKS = "order.thanks"


@pytest.fixture(autouse=True)
def _whole_again(house: House) -> Iterator[None]:
    """Leave the house to the next test as it was found."""
    yield
    house.provider.answering.set()
    for one in (*house.servers.children, house.drainer, house.worker):
        if one.has_ended():
            one.start_again()


def happen(*events: Event) -> list[EventRecord]:
    """Append events in one transaction."""
    with transaction.atomic():
        return [append(event, at=clock.now()) for event in events]


def states(records: Iterable[EventRecord]) -> set[str]:
    """Return the states that the deliveries of these events are in."""
    found = Delivery.objects.filter(event__in=[record.pk for record in records])
    return set(found.values_list("state", flat=True))


def all_done(records: Iterable[EventRecord]) -> bool:
    return states(records) == {"done"}


def put_off(records: Iterable[EventRecord]) -> bool:
    """Return whether the drainer tried in vain to hand one of these to a worker."""
    later = Q(next_at__gt=F("event__occurred_at"))
    return Delivery.objects.filter(later, event__in=[record.pk for record in records]).exists()


def test_a_drainer_killed_in_mid_batch_leaves_every_reaction_done_once(house: House) -> None:
    things = [f"counted-{number:03}" for number in range(DATABASE_BATCH + 40)]
    in_the_middle = things[DATABASE_BATCH + 20]
    house.provider.answering.clear()
    records = happen(*(Counted(thing=thing, asks=thing == in_the_middle) for thing in things))
    wait_for("the second batch", lambda: house.provider.keys_of(in_the_middle))
    kill(house.drainer)
    assert sorted(effects("counted-")) == things[:DATABASE_BATCH], (
        "the killed batch took nothing with it"
    )

    house.provider.answering.set()
    house.drainer.start_again()
    wait_for("a new drainer", lambda: all_done(records))
    assert effects("counted-") == dict.fromkeys(things, 1)


def test_a_worker_killed_in_mid_send_sends_again_only_where_keys_are_honoured(
    house: House,
) -> None:
    provider = house.provider
    provider.answering.clear()
    sent, posted = happen(Sent(thing="sent"), Posted(thing="posted"))
    wait_for("both sends", lambda: provider.keys_of("sent") and provider.keys_of("posted"))
    kill(house.worker)
    before = len(provider.keys_of("sent"))
    assert not {"done", "dead"} & states([sent, posted])

    provider.answering.set()
    house.worker.start_again()
    wait_for("the second send", lambda: states([sent]) == {"done"})
    assert len(provider.keys_of("sent")) > before
    assert len(set(provider.keys_of("sent"))) == 1, "the provider sees that it is the same"

    wait_for("an end", lambda: states([posted]) == {"outcome_unknown"})
    (next_one,) = happen(Posted(thing="posted"))
    wait_for("the next of this thing", lambda: states([next_one]) == {"done"})
    first, second = (f"postexp-{record.pk}-faults.post" for record in (posted, next_one))
    assert provider.keys_of("posted") == [first, second], "what may have happened is not repeated"
    assert states([posted]) == {"outcome_unknown"}
    assert effects("unknown ") == {"unknown posted": 1}
    (shown,) = history.list_failed_deliveries()
    assert shown.event == posted
    assert "not known" in shown.last_error
    assert history.count_failures().unknown == 1


def test_a_broker_that_forgets_everything_loses_nothing(house: House) -> None:
    provider = house.provider
    things = [f"forgotten-{number:02}" for number in range(24)]
    provider.answering.clear()
    queued = happen(*(Sent(thing=thing) for thing in things[:16]))
    with house.broker() as broker:
        wait_for("a queue behind the busy workers", lambda: broker.llen("celery"))
    kill(house.valkey)
    provider.answering.set()
    refused = happen(*(Sent(thing=thing) for thing in things[16:]))
    wait_for("a hand-over that is refused", lambda: put_off(refused))
    assert "done" not in states(refused)
    (counted,) = happen(Counted(thing="meanwhile"))
    wait_for("a reaction that needs no broker", lambda: all_done([counted]))

    house.valkey.start_again()
    wait_for("all sends", lambda: all_done([*queued, *refused]))
    for thing in things:
        assert len(set(provider.keys_of(thing))) == 1, thing


def test_a_database_that_falls_over_keeps_every_request_that_was_answered(house: House) -> None:
    stream = Stream(house.servers.database_url)
    drainer, worker = house.drainer.process.pid, house.worker.process.pid
    stream.start()
    try:
        wait_for("some requests", lambda: effects("request-"))
        kill(house.postgres, signal.SIGQUIT)  # at once: no checkpoint, no farewell
        wait_for("a request that fails", lambda: stream.failed)
        house.postgres.start_again()
        connections["default"].close()
        answered = len(stream.stored)
        wait_for("more requests", lambda: len(stream.stored) > answered + 50)
    finally:
        stream.finish()

    def processed() -> bool:
        waiting = InboxMessage.objects.filter(source=SOURCE).exclude(state="processed")
        return not waiting.exists()

    wait_for("the drainer to read them all", processed)
    found = InboxMessage.objects.filter(source=SOURCE)
    assert stream.stored.items() <= dict(found.values_list("provider_key", "id")).items()
    happened = effects("request-")
    assert {key: happened[key] for key in stream.stored} == dict.fromkeys(stream.stored, 1)

    (sent,) = happen(Sent(thing="afterwards"))
    wait_for("the worker to find the database again", lambda: all_done([sent]))
    assert (house.drainer.process.pid, house.worker.process.pid) == (drainer, worker)
    assert not house.drainer.has_ended()
    assert not house.worker.has_ended()


# Real messages


@pytest.fixture
def shop(house: House, line: FakeLine) -> Iterator[Merchant]:
    """A shop that is connected to LINE, and thanks by it first."""
    owner, now = make_owner(), clock.now()
    shop = open_komorebi(owner, now)
    here = override_settings(ALLOW_PRIVATE_ADDRESSES=True, LINE_URL=line.url)
    with merchant_scope(shop.pk), here:
        secret, token = line.account.secret, line.account.token
        connect_account(merchant=shop, secret=secret, token=token, by=owner, at=now)
        chain = [Medium.LINE, Medium.EMAIL]
        Flow.objects.create(kind=THANKS, chain=chain, changed_at=now, changed_by="system")
        yield shop


def buy(shop: Merchant, number: str, name: str) -> Order:
    """Place an order now, as a customer of that name."""
    now, email = clock.now(), f"{name}@example.jp"
    facts = order_facts(
        external_id=number,
        number=number,
        email=email,
        phone="",
        customer=CustomerFacts(external_id=name, email=email),
        placed_at=now,
        updated_at=now,
    )
    return take_in_order(facts, merchant=shop, at=now).order


def link(order: Order, friend: Friend) -> None:
    """Let who placed an order link their account."""
    assert order.customer
    nonce = offer_link(channel=Medium.LINE, customer_id=order.customer.public_id, at=clock.now())
    link_account(channel=Medium.LINE, nonce=nonce, address=friend.user, at=clock.now())


def thanks_for(order: Order) -> Message | None:
    found: Message | None = Message.objects.filter(order_id=order.public_id, kind=THANKS).first()
    return found


def state_of(order: Order) -> str:
    found = thanks_for(order)
    return found.state if found else ""


def test_a_worker_killed_while_handing_over_sends_once_or_shows_it_to_staff(
    house: House, line: FakeLine, shop: Merchant
) -> None:
    provider, account = house.provider, line.account
    assert isinstance(account, SlowLine)
    first = buy(shop, "#1", "hana")
    wait_for("the first thanks", lambda: state_of(first) == State.SENT)
    hana = account.befriend("花")
    link(first, hana)
    told = Message.objects.filter(kind="contact.linked", state=State.SENT)
    wait_for("the mail about that", told.exists)

    provider.answering.clear()
    mails_before = len(provider.keys_of("email"))
    by_line, by_mail = buy(shop, "#2", "hana"), buy(shop, "#3", "ken")
    wait_for(
        "both to be handed over",
        lambda: account.keys and len(provider.keys_of("email")) > mails_before,
    )
    kill(house.worker)
    mails = len(provider.keys_of("email"))
    account.answering.set()
    provider.answering.set()
    house.worker.start_again()

    wait_for("the one that can be asked about", lambda: state_of(by_line) == State.SENT)
    assert len(account.keys) == 2
    assert len(set(account.keys)) == 1, "LINE sees that it is the same"
    assert len(hana.received) == 1
    wait_for("the other", lambda: state_of(by_mail) == State.OUTCOME_UNKNOWN)
    assert thanks_for(by_mail) in list_waiting_for_staff()
    assert len(provider.keys_of("email")) == mails, "what may have happened is not repeated"


class Stream(threading.Thread):
    """A sender that repeats every request until it is answered, as providers do."""

    def __init__(self, database_url: str) -> None:
        super().__init__()
        self.database_url = database_url
        self.stored: dict[str, int] = {}
        self.failed = 0
        self._enough = threading.Event()

    def run(self) -> None:
        connect_this_thread(self.database_url)
        number = 0
        while not self._enough.is_set():
            key = f"request-{number:05}"
            try:
                self.stored[key] = self._store(key)
            except DatabaseError:
                self.failed += 1
                connections["default"].close()
                time.sleep(0.02)
            else:
                number += 1
                time.sleep(0.002)
        connections["default"].close()

    def _store(self, key: str) -> int:
        return inbox.store(
            source=SOURCE,
            topic="faults",
            provider_key=key,
            merchant_id=MERCHANT,
            headers={},
            body=key.encode(),
            at=clock.now(),
        ).id

    def finish(self) -> None:
        """Stop sending."""
        self._enough.set()
        self.join()
