"""What returns does when something happens elsewhere."""

from commerce.events import OrderCancelled, RefundRecorded
from postexp.kernel import clock
from postexp.kernel.events import DeliveryContext, subscribe, subscribe_outside
from postexp.kernel.outbox import OutcomeUnknown
from returns import services
from returns.events import RefundRequested, StoreCreditRequested
from returns.ports import PaymentRefused, get_credit_provider, get_provider


@subscribe(RefundRecorded, name="returns.book_platform_refund")
def book_platform_refund(event: RefundRecorded, delivery: DeliveryContext) -> None:
    """A refund made on the platform goes into the ledger."""
    services.book_platform_refund(
        platform_refund_id=event.refund_id, at=delivery.occurred_at, actor=delivery.actor
    )


@subscribe(OrderCancelled, name="returns.settle_cancelled_order")
def settle_cancelled_order(event: OrderCancelled, delivery: DeliveryContext) -> None:
    """The units of a cancelled order cannot come back."""
    services.settle_cancelled_order(
        order_id=event.order_id, at=delivery.occurred_at, actor=delivery.actor
    )


def note_unclear(event: RefundRequested, delivery: DeliveryContext) -> None:
    """An attempt was interrupted and may have paid: staff must look."""
    services.refund_unclear(
        event.refund_id, why="It is not known whether the payment went out.", at=clock.now()
    )


@subscribe_outside(
    RefundRequested,
    name="returns.pay_by_key",
    provider_honours_keys=True,
    on_unknown=note_unclear,
    on_dead=note_unclear,
)
def pay_by_key(event: RefundRequested, delivery: DeliveryContext) -> None:
    """Pay through a provider that pays once per key: an unclear attempt is made again."""
    if event.honours_keys:
        _pay(event)


@subscribe_outside(
    RefundRequested,
    name="returns.pay_once",
    provider_honours_keys=False,
    on_unknown=note_unclear,
    on_dead=note_unclear,
)
def pay_once(event: RefundRequested, delivery: DeliveryContext) -> None:
    """Pay through a provider that ignores keys: an unclear attempt is left to staff."""
    if event.honours_keys:
        return
    try:
        _pay(event)
    except Exception as error:
        raise OutcomeUnknown(f"{type(error).__name__}: {error}") from error


def _pay(event: RefundRequested) -> None:
    """Send one refund under its key, and note how it ended."""
    refund = services.begin_refund(event.refund_id, at=clock.now())
    if refund is None:
        return
    provider = get_provider(refund.provider)
    try:
        reference = provider.pay(services.payment_of(refund))
    except PaymentRefused as refusal:
        services.refund_failed(
            refund.public_id, why=str(refusal), at=clock.now(), actor=provider.name
        )
        return
    services.refund_succeeded(
        refund.public_id, reference=reference, at=clock.now(), actor=provider.name
    )


@subscribe_outside(
    StoreCreditRequested, name="returns.give_store_credit", provider_honours_keys=True
)
def give_store_credit(event: StoreCreditRequested, delivery: DeliveryContext) -> None:
    """Give store credit under its key. What the provider refuses becomes a dead letter for staff:
    the shopper was told of the credit, so that it must be given or made good by hand.
    """
    provider = get_credit_provider(event.provider)
    reference = provider.give(services.credit_of(event.settlement_id))
    services.credit_given(
        event.settlement_id, provider=provider.name, reference=reference, at=clock.now()
    )
