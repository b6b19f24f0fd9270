"""The command that runs the made-up Stripe says what to connect with, and obeys its lines."""

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest

from integrations.management.commands.fake_stripe import Command
from integrations.stripe.fake.account import HELD, REFUNDS_LATE, FakeAccount
from integrations.stripe.fake.payments import create_intent, create_refund, pay, save_card
from postexp.kernel import clock


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def command(said: io.StringIO) -> Command:
    return Command(stdout=said, stderr=said)


def test_lines_move_the_account_on(command: Command, said: io.StringIO) -> None:
    account = FakeAccount()
    late = pay(account, 500, number=REFUNDS_LATE)
    refund = create_refund(account, {"payment_intent": late["id"]})
    card = save_card(account, "4242424242424242")
    held = create_intent(
        account,
        {
            "amount": "900",
            "currency": "usd",
            "payment_method": card["id"],
            "confirm": "true",
            "capture_method": "manual",
        },
    )
    assert (refund["status"], held["status"]) == ("pending", HELD)
    for line in ("banks", "7", "nonsense", ""):
        command.obey(account, line)
    assert (refund["status"], held["status"]) == ("succeeded", "canceled")
    assert account.now() - clock.now() > timedelta(days=6, hours=23)
    assert "no number of days" in said.getvalue()


def test_it_says_what_to_connect_with(
    command: Command, said: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: Iterator[str] = iter(["2"])
    monkeypatch.setattr("builtins.input", lambda: next(lines, None) or _end())
    command.handle(port=0, payments=2, amount=900, currency="USD")
    words = said.getvalue()
    assert "POSTEXP_STRIPE_URL=http://127.0.0.1:" in words
    assert words.count("Taken: pi_") == 2
    assert words.endswith("Stopped.\n")


def _end() -> str:
    raise EOFError
