"""What a customer said last of being written to counts, whoever tells of it and in what order."""

from datetime import datetime, timedelta

from commerce.models import ConsentFact, Merchant
from commerce.ports import CustomerFacts
from commerce.services.customers import IMPORT, PLATFORM, take_in_customer

DAY = timedelta(days=1)


def tell(
    merchant: Merchant,
    granted: bool,
    *,
    at: datetime,
    said: datetime | None = None,
    source: str = PLATFORM,
) -> None:
    facts = CustomerFacts(
        external_id="77", email="a@example.com", accepts_email_marketing=granted, consent_at=said
    )
    take_in_customer(facts, merchant=merchant, at=at, source=source)


def said() -> list[tuple[bool, str]]:
    """Return what was noted, the latest first, as everybody reads it."""
    return list(ConsentFact.objects.order_by("-at", "-id").values_list("granted", "source"))


def test_a_file_does_not_undo_a_refusal(scope: Merchant, at: datetime) -> None:
    tell(scope, False, at=at, said=at - DAY)
    tell(scope, True, at=at, source=IMPORT)
    assert said() == [(False, "platform")]


def test_a_file_may_bring_a_refusal(scope: Merchant, at: datetime) -> None:
    tell(scope, True, at=at, said=at - DAY)
    tell(scope, False, at=at, source=IMPORT)
    tell(scope, True, at=at, said=at - DAY / 2)
    assert said() == [(False, "import"), (True, "platform")]
    tell(scope, True, at=at + DAY, said=at + DAY)
    assert said()[0] == (True, "platform")


def test_a_dated_refusal_takes_back_what_a_file_said_and_is_noted_once(
    scope: Merchant, at: datetime
) -> None:
    tell(scope, True, at=at, source=IMPORT)
    for minutes in range(3):
        tell(scope, False, at=at + timedelta(minutes=minutes), said=at - DAY)
    assert said() == [(False, "platform"), (True, "import")]


def test_an_older_telling_of_the_platform_changes_nothing(scope: Merchant, at: datetime) -> None:
    tell(scope, False, at=at, said=at - DAY)
    tell(scope, True, at=at, said=at - 2 * DAY)
    assert said() == [(False, "platform")]
    tell(scope, True, at=at, said=at - DAY / 2)
    assert said()[0] == (True, "platform")
