"""What returns does when something happens elsewhere."""

from django.utils.translation import gettext_noop

from commerce.events import FulfilmentRecorded, OrderCancelled, RefundCameBack, RefundRecorded
from postexp.kernel import clock
from postexp.kernel.events import DeliveryContext, Event, subscribe, subscribe_outside
from postexp.kernel.outbox import OutcomeUnknown
from returns import services
from returns.enums import ProcessingEvent
from returns.enums.exchanges import MoneyStep
from returns.events import (
    CancellationRefunded,
    CancellationTooLate,
    ExchangeMoneyAsked,
    GoodsMayStay,
    LabelVoidWanted,
    LabelWanted,
    PlatformStopAsked,
    RefundRequested,
    RefusedFeeUnwanted,
    ReturnApproved,
    ReturnCancelled,
    ReturnCompleted,
    ReturnDecisionUndone,
    ReturnDeclined,
    ReturnDelivered,
    ReturnEvent,
    ReturnExpired,
    ReturnInspected,
    ReturnLossBorne,
    ReturnLossDeclined,
    ReturnLossStands,
    ReturnLossUndone,
    ReturnReceived,
    ReturnRequested,
    ReturnScanned,
    ReturnSent,
    SettlementBooked,
    SettlementPaid,
    StoreCreditRequested,
    WithdrawalSettingsChanged,
)
from returns.ports import (
    LabelRefused,
    PaymentRefused,
    PaymentUnderWay,
    StopRefused,
    get_credit_provider,
    get_label_provider,
    get_provider,
    get_stop_provider,
)
from returns.services import (
    cancelling,
    label_orders,
    labels,
    losses,
    parcels,
    paying,
    platform_stops,
)
from returns.services.clocks import end_law_clock
from returns.services.exchange_cases import ask_to_hold, follow_return
from returns.services.exchange_holds import carry_out_step
from returns.services.exchange_promises import count_replacement_from_arrival
from returns.services.refused_fees import close_fee_page
from returns.services.rollups import mark_return
from returns.services.withdrawals import close_with_return, follow_cancellation
from tracking.events import ReturnShipmentChanged, ShipmentDelivered
from tracking.services import outdate_pages


@subscribe(RefundRecorded, name="returns.book_platform_refund")
def book_platform_refund(event: RefundRecorded, delivery: DeliveryContext) -> None:
    """A refund made on the platform goes into the ledger."""
    services.book_platform_refund(
        platform_refund_id=event.refund_id, at=delivery.occurred_at, actor=delivery.actor
    )


@subscribe(RefundCameBack, name="returns.undo_platform_refund")
def undo_platform_refund(event: RefundCameBack, delivery: DeliveryContext) -> None:
    """What did not reach the shopper is theirs still: the ledger takes it back."""
    services.undo_platform_refund(
        platform_refund_id=event.refund_id, at=delivery.occurred_at, actor=delivery.actor
    )


@subscribe(FulfilmentRecorded, name="returns.notice_sent")
def notice_sent(event: FulfilmentRecorded, delivery: DeliveryContext) -> None:
    """What is being cancelled may have been handed to a carrier at that moment."""
    if event.order_id:
        cancelling.notice_sent(
            order_id=event.order_id, at=delivery.occurred_at, actor=delivery.actor
        )


@subscribe(SettlementPaid, name="returns.finish_cancellation")
def finish_cancellation(event: SettlementPaid, delivery: DeliveryContext) -> None:
    """A cancellation ends when all of its money has gone back."""
    cancelling.finish_cancellation(
        event.settlement_id, at=delivery.occurred_at, actor=delivery.actor
    )


@subscribe(ShipmentDelivered, name="returns.count_from_arrival")
def count_from_arrival(event: ShipmentDelivered, delivery: DeliveryContext) -> None:
    """What could not be cancelled any more can be sent back from its arrival on."""
    if event.order_id:
        cancelling.count_from_arrival(order_id=event.order_id, at=delivery.occurred_at)


@subscribe(OrderCancelled, name="returns.settle_cancelled_order")
def settle_cancelled_order(event: OrderCancelled, delivery: DeliveryContext) -> None:
    """The units of a cancelled order cannot come back."""
    services.settle_cancelled_order(
        order_id=event.order_id, at=delivery.occurred_at, actor=delivery.actor
    )


@subscribe(ReturnCompleted, name="returns.close_withdrawal")
def close_withdrawal(event: ReturnCompleted, delivery: DeliveryContext) -> None:
    """A withdrawal ends with the return that was made of it."""
    close_with_return(event.return_id, at=delivery.occurred_at)


@subscribe(CancellationRefunded, name="returns.end_withdrawal")
def end_withdrawal(event: CancellationRefunded, delivery: DeliveryContext) -> None:
    """A withdrawal before anything was sent ends with its cancellation."""
    follow_cancellation(event.cancellation_id, at=delivery.occurred_at)


@subscribe(CancellationTooLate, name="returns.withdrawal_comes_back")
def withdrawal_comes_back(event: CancellationTooLate, delivery: DeliveryContext) -> None:
    """What was sent after all comes back under the terms of the withdrawal."""
    follow_cancellation(event.cancellation_id, at=delivery.occurred_at)


@subscribe(WithdrawalSettingsChanged, name="returns.show_withdrawal")
def show_withdrawal(event: WithdrawalSettingsChanged, delivery: DeliveryContext) -> None:
    """Every prepared page leads to the withdrawal, or no longer does."""
    outdate_pages()


@subscribe(GoodsMayStay, name="returns.let_keep")
def let_shopper_keep(event: GoodsMayStay, delivery: DeliveryContext) -> None:
    """What the policy lets the shopper keep is paid for, once nobody can take it back."""
    paying.let_keep(return_id=event.return_id, decision=event.decision, at=clock.now())


@subscribe(ReturnLossStands, name="returns.let_loss_stand")
def let_loss_stand(event: ReturnLossStands, delivery: DeliveryContext) -> None:
    """What was decided of a lost parcel is carried out, once nobody can take it back."""
    losses.let_loss_stand(event.loss_id, at=clock.now())


@subscribe(ReturnScanned, name="returns.pay_on_scan")
def pay_on_scan(event: ReturnScanned, delivery: DeliveryContext) -> None:
    """Some returns are paid when a carrier has their parcel."""
    paying.pay_on(
        return_id=event.return_id, event=ProcessingEvent.FIRST_SCAN, at=delivery.occurred_at
    )


@subscribe(ReturnDelivered, name="returns.pay_on_delivery")
def pay_on_delivery(event: ReturnDelivered, delivery: DeliveryContext) -> None:
    """Some returns are paid when their parcel is at the shop."""
    paying.pay_on(
        return_id=event.return_id, event=ProcessingEvent.DELIVERED, at=delivery.occurred_at
    )


@subscribe(ReturnReceived, name="returns.pay_on_receipt")
def pay_on_receipt(event: ReturnReceived, delivery: DeliveryContext) -> None:
    """Some returns are paid when they are counted, before anybody looks at them."""
    paying.pay_on(
        return_id=event.return_id, event=ProcessingEvent.RECEIVED, at=delivery.occurred_at
    )


@subscribe(SettlementPaid, name="returns.end_law_clock")
def stop_law_clock(event: SettlementPaid, delivery: DeliveryContext) -> None:
    """Money that went out before the goods were checked was in time, too."""
    if event.return_id:
        end_law_clock(event.return_id)


def mark_report(event: Event, delivery: DeliveryContext) -> None:
    """What a return came to changed: its months are added up anew."""
    # A settlement may be of no return.
    if return_id := getattr(event, "return_id", ""):
        mark_return(return_id)


for _changed in (
    ReturnRequested,
    ReturnApproved,
    ReturnDeclined,
    ReturnDecisionUndone,
    ReturnCancelled,
    ReturnExpired,
    ReturnInspected,
    ReturnLossBorne,
    ReturnLossDeclined,
    ReturnLossUndone,
    ReturnCompleted,
    SettlementBooked,
    SettlementPaid,
):
    subscribe(_changed, name=f"returns.report_{_changed.type}")(mark_report)


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
    except PaymentUnderWay as taken:
        services.refund_under_way(refund.public_id, reference=taken.reference)
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


def note_untold(event: PlatformStopAsked, delivery: DeliveryContext) -> None:
    """Nobody knows whether a platform was told: staff look there, and may have it told again."""
    platform_stops.platform_not_told(
        event.cancellation_id,
        why=gettext_noop("It did not answer. It is safe to tell it again."),
        at=clock.now(),
        actor=event.platform,
    )


@subscribe_outside(
    PlatformStopAsked,
    name="returns.tell_platform",
    provider_honours_keys=True,
    on_unknown=note_untold,
    on_dead=note_untold,
)
def tell_platform(event: PlatformStopAsked, delivery: DeliveryContext) -> None:
    """Tell the platform of an order what is not to be sent, once."""
    units = platform_stops.units_to_stop(event.cancellation_id)
    if units is None:
        return
    provider = get_stop_provider(event.platform)
    try:
        provider.stop(units)
    except StopRefused as refusal:
        platform_stops.platform_not_told(
            event.cancellation_id, why=str(refusal), at=clock.now(), actor=provider.name
        )
        return
    platform_stops.platform_told(event.cancellation_id, at=clock.now(), actor=provider.name)


@subscribe(ReturnApproved, name="returns.prepare_labels")
def prepare_labels(event: ReturnApproved, delivery: DeliveryContext) -> None:
    """What was approved gets its label, once nobody can take the approval back."""
    labels.prepare_labels(return_id=event.return_id, at=delivery.occurred_at, actor=delivery.actor)


def give_labels_back(event: ReturnEvent, delivery: DeliveryContext) -> None:
    """A return that ended needs its labels no more."""
    labels.void_unused(return_id=event.return_id, at=delivery.occurred_at, actor=delivery.actor)


for _end in (
    ReturnCancelled,
    ReturnCompleted,
    ReturnDecisionUndone,
    ReturnExpired,
    ReturnLossStands,
):
    subscribe(_end, name=f"returns.give_labels_back.{_end.type}")(give_labels_back)


@subscribe(ReturnShipmentChanged, name="returns.follow_parcel")
def follow_parcel(event: ReturnShipmentChanged, delivery: DeliveryContext) -> None:
    """A carrier's scan moves the returns in a parcel."""
    parcels.follow_parcel(
        shipment_id=event.shipment_id, at=delivery.occurred_at, actor=delivery.actor
    )


def note_unbought(event: LabelWanted, delivery: DeliveryContext) -> None:
    """Nobody knows whether a label was bought: staff see it, and trying again buys it once."""
    label_orders.label_failed(
        event.parcel_id,
        why=gettext_noop(
            "The provider did not answer. It is safe to try again: nothing is bought twice."
        ),
        is_sure=False,
        at=clock.now(),
        actor=event.provider,
    )


@subscribe_outside(
    LabelWanted,
    name="returns.buy_label",
    provider_honours_keys=True,
    on_unknown=note_unbought,
    on_dead=note_unbought,
)
def buy_label(event: LabelWanted, delivery: DeliveryContext) -> None:
    """Buy a label: what is prepared is written down first, so that it is bought once."""
    begun = label_orders.begin_label(event.parcel_id, at=clock.now())
    if begun is None:
        return
    provider = get_label_provider(begun.provider)
    try:
        reference = begun.reference or label_orders.label_prepared(
            event.parcel_id, reference=provider.prepare(begun.request)
        )
        label = provider.buy(reference, wants_qr=begun.request.wants_qr)
    except LabelRefused as refusal:
        label_orders.label_failed(
            event.parcel_id, why=str(refusal), is_sure=True, at=clock.now(), actor=provider.name
        )
        return
    label_orders.label_bought(event.parcel_id, label, at=clock.now(), actor=provider.name)


def note_unvoided(event: LabelVoidWanted, delivery: DeliveryContext) -> None:
    """Nobody knows whether a label was taken back: it counts as spent until staff try again."""
    label_orders.label_spent(
        event.parcel_id,
        why=gettext_noop("The provider did not answer."),
        at=clock.now(),
        actor=event.provider,
    )


@subscribe_outside(
    LabelVoidWanted,
    name="returns.void_label",
    provider_honours_keys=True,
    on_unknown=note_unvoided,
    on_dead=note_unvoided,
)
def void_label(event: LabelVoidWanted, delivery: DeliveryContext) -> None:
    """Give a label back; the provider may take weeks to say whether it takes it."""
    parcel = label_orders.begin_void(event.parcel_id)
    if parcel is None:
        return
    provider = get_label_provider(parcel.source)
    try:
        is_taken = provider.void(parcel.provider_ref)
    except LabelRefused as refusal:
        label_orders.label_spent(
            event.parcel_id, why=str(refusal), at=clock.now(), actor=provider.name
        )
        return
    if is_taken:
        label_orders.label_voided(event.parcel_id, at=clock.now(), actor=provider.name)


def follow_in_exchange(event: ReturnEvent, delivery: DeliveryContext) -> None:
    """An exchange goes on with its return."""
    follow_return(event.return_id, at=delivery.occurred_at, actor=delivery.actor)


for moved in (
    ReturnApproved,
    ReturnDeclined,
    ReturnDecisionUndone,
    ReturnCancelled,
    ReturnSent,
    ReturnExpired,
    ReturnScanned,
    ReturnReceived,
    ReturnLossBorne,
    ReturnCompleted,
):
    subscribe(moved, name=f"returns.follow_in_exchange.{moved.type}")(follow_in_exchange)


@subscribe(ReturnLossStands, name=f"returns.follow_in_exchange.{ReturnLossStands.type}")
def follow_loss_in_exchange(event: ReturnLossStands, delivery: DeliveryContext) -> None:
    """An exchange ends with a lost original once nobody can take that decision back."""
    follow_return(event.return_id, at=clock.now(), actor=delivery.actor)


@subscribe(SettlementBooked, name="returns.credit_exchange")
def credit_exchange(event: SettlementBooked, delivery: DeliveryContext) -> None:
    """Credit for what came back pays for its replacement."""
    if event.return_id:
        follow_return(event.return_id, at=delivery.occurred_at, actor=delivery.actor)


@subscribe(ReturnApproved, name="returns.hold_for_exchange")
def hold_for_exchange(event: ReturnApproved, delivery: DeliveryContext) -> None:
    """The price of a replacement that is sent at once is held first."""
    ask_to_hold(event.return_id, at=delivery.occurred_at, actor=delivery.actor)


@subscribe(ShipmentDelivered, name="returns.count_replacement_from_arrival")
def replacement_arrived(event: ShipmentDelivered, delivery: DeliveryContext) -> None:
    """A replacement that arrived can come back, too."""
    if event.order_id:
        count_replacement_from_arrival(event.order_id, at=delivery.occurred_at)


@subscribe_outside(
    ExchangeMoneyAsked, name="returns.ask_taker_of_payments", provider_honours_keys=True
)
def ask_taker_of_payments(event: ExchangeMoneyAsked, delivery: DeliveryContext) -> None:
    """Close a page, or renew, let go of or take what is held: the same call again does it once."""
    carry_out_step(event.payment_id, MoneyStep(event.step), at=clock.now())


@subscribe_outside(RefusedFeeUnwanted, name="returns.close_page_of_fee", provider_honours_keys=True)
def close_page_of_fee(event: RefusedFeeUnwanted, delivery: DeliveryContext) -> None:
    """Close a page on which nothing is due any more: the same call again does it once."""
    close_fee_page(event.payment_id, at=clock.now())
