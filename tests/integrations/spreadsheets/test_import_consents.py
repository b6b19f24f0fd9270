"""Files of customers leave refusals alone, when they come in and when they are taken back."""

from collections.abc import Callable
from datetime import timedelta

from commerce.models import ConsentFact, Customer, Merchant
from commerce.ports import CustomerFacts
from commerce.services.customers import take_in_customer
from integrations.spreadsheets.enums import Outcome
from integrations.spreadsheets.models import Import
from postexp.kernel import clock
from tests.integrations.spreadsheets.conftest import Bring

FILE = "Email,First Name,Accepts Marketing\na@example.com,Ann,yes\n"


def says(merchant: Merchant, granted: bool, ago: timedelta = timedelta(0)) -> None:
    """Let the platform tell what a@example.com said, some time ago."""
    at = clock.now()
    facts = CustomerFacts(
        external_id="", email="a@example.com", accepts_email_marketing=granted, consent_at=at - ago
    )
    take_in_customer(facts, merchant=merchant, at=at)


def noted() -> list[tuple[bool, str]]:
    return list(ConsentFact.objects.order_by("id").values_list("granted", "source"))


def test_a_refusal_outlives_an_old_file(run: Bring, scope: Merchant) -> None:
    says(scope, False, ago=timedelta(days=1))
    batch = run("customers", FILE)
    assert batch.changed == 1
    assert noted() == [(False, "platform")]


def test_undo_takes_back_the_files_own_words_alone(
    run: Bring, undo: Callable[[Import], Import], scope: Merchant
) -> None:
    take_in_customer(
        CustomerFacts(external_id="", email="a@example.com", given_name="Anna"),
        merchant=scope,
        at=clock.now(),
    )
    batch = run("customers", FILE)
    assert noted() == [(True, "import")]
    says(scope, False)
    assert (undo(batch).undone, noted()) == (1, [(False, "platform")])
    assert Customer.objects.get().given_name == "Anna"


def test_a_customer_of_a_file_who_refused_since_is_kept(
    run: Bring, undo: Callable[[Import], Import], scope: Merchant
) -> None:
    batch = run("customers", FILE)
    says(scope, False)
    gone = undo(batch)
    assert (gone.undone, gone.kept) == (0, 1)
    assert "said whether" in gone.items.get(outcome=Outcome.KEPT).reason
    assert noted() == [(True, "import"), (False, "platform")]


def test_a_customer_of_a_file_goes_with_what_it_said(
    run: Bring, undo: Callable[[Import], Import], scope: Merchant
) -> None:
    assert undo(run("customers", FILE)).undone == 1
    assert not Customer.objects.exists()
    assert noted() == []
