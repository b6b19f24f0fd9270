"""What other rooms plug into the message engine: kinds of message, and channels that carry them.

A room declares each kind once, in its `messages.py`, and imports that module in its `apps.py`
`ready()`:

    register_kind(
        MessageKind(
            name="shipment.shipped",
            room="tracking",
            title=_("Shipped"),
            event=ShipmentDispatched,
            object_id=lambda event: event.shipment_id,
            variables=lambda event: order_variables(
                event.order_id, shipment=represent_shipment(get_shipment(event.shipment_id))
            ),
            still_true=lambda shipment_id: "" if ... else "The parcel is already delivered.",
        )
    )

From then on every such event leaves exactly one decision row for the merchant, the kind and the
object: sent, held or refused, always with its reason. The words are
`templates/<room>/messages/<name with _>.<locale>.mjml` and `.subject.txt`; which variables each
kind of ours gives to its words is listed in `docs/messages.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from commerce.selectors import has_order
from notifications.enums import Class
from postexp.kernel.events import Event

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

E = TypeVar("E", bound=Event)

#: Languages every kind has words in; an unknown locale falls back to the merchant's own.
LOCALES = ("en", "ja")


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Who a message is for. `address` is an e-mail address and `phone` a number in E.164; empty
    means that none is known. A message that no channel can carry is refused with that reason
    instead of being lost. `locale` is one of `LOCALES`, and `zones` the time zones where the reader
    may be, which quiet hours go by; without any, the shop's own.
    """

    address: str
    locale: str
    customer_id: str = ""
    phone: str = ""
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MessageVariables:
    """The facts one message is written from, frozen when it is planned.

    `facts` holds plain JSON values only: the same representations the REST API gives (`order`,
    `shipment`, `return`, `settlement`), plus `customer_name` (ready to greet with: 山田花子 様,
    Hanako) and `links`. The merchant and its theme are added when the words are rendered. Use
    `notifications.selectors.order_variables` to build one. `too_late` is one sentence that says why
    nobody is told any more, of facts that were learnt long after they happened; the message is then
    kept as expired with it. `link` is the page it leads to, for channels that carry a few lines.
    `klass` is given where these facts make another class of it than its kind has: a promo code
    makes thanks marketing. Messages of one kind and `merge_key` that wait at the same time become
    one, see `MessageKind.merge`.
    """

    recipient: Recipient
    order_id: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    too_late: str = ""
    link: str = ""
    klass: str = ""
    merge_key: str = ""


def always_true(object_id: str) -> str:
    """For kinds that report a fact which cannot become untrue, such as a refund that went out."""
    return ""


# What nearly every message of an order tells.
OF_ORDER = ("customer_name", "order", "links")


def no_offer() -> bool:
    """For kinds that offer nothing beside what they are about."""
    return False


def no_example(order_id: str) -> MessageVariables | None:
    """For kinds that cannot be shown from an order."""
    return None


def order_is_here(event: Event) -> bool:
    """Return whether the order an event names is still here; true of one that names none."""
    order_id = getattr(event, "order_id", "")
    return not order_id or has_order(order_id)


@dataclass(frozen=True, kw_only=True)
class MessageKind(Generic[E]):
    """One thing the house can say, and when.

    `object_id(event)` names what the message is about: a second event about the same object sends
    nothing. `variables(event)` runs in the transaction of the drainer, inside the merchant's scope;
    None means that this event needs no message at all (no row is written). Where it raises
    ObjectDoesNotExist, `exists(event)` says whether what it is about is here: if not, it was taken
    back and nobody is told; if it is, something is wrong and staff see it. `still_true(object_id)`
    is asked when planning and again right before sending. It answers "" while the message is still
    right, otherwise one sentence that says why not; the message is then refused with it. `hold`
    delays the sending, so that an undo inside that time sends nothing. `useful_for` is how long
    after its event a message is still worth sending; later it expires. `secret` kinds (one-time
    codes) keep no words after sending. A shopper may do without `optional` ones.
    Until a shop says otherwise, a kind waits for `default_delay`, and one that is not `default_on`
    is none of its messages: its events leave no row. `renew(object_id, at)` answers what a message
    that waited is written from when its time has come, for kinds whose class or facts may change
    meanwhile; None while that is not yet known, and it is asked again a minute later.
    `may_offer()` answers whether, as the scope's shop has it set, such a message may bring an
    offer, and thereby be marketing though its class is another.
    `required` is why a shop cannot do without it, as one sentence for staff: it then always goes to
    everybody it is about, at once, and by e-mail too where another channel fails.
    One that is `mail_alone` goes out at once and by e-mail, whatever a shop says: it is about what
    another channel must not be asked, or not be told first.
    `hint` is what staff should know before they switch it on, as one sentence.
    `must_say` are the facts that a shop's own words have to name, too; where `own_words` is false,
    a shop may put none in place of ours. `merge(facts, more)` answers the facts of one message that
    says what two would have said, and `leave_out(facts, object_id)` those without one of them that
    is no longer true.
    `tells` names the facts that its variables always hold: what a shop's own words may speak of. A
    kind for staff has no such words, and names none.
    `example(order_id)` answers what the message would be written from for an order as it stands
    now, for previews and tests; None where the order has nothing to tell of, such as no parcel.
    """

    name: str
    room: str
    title: _StrPromise | str
    event: type[E]
    object_id: Callable[[E], str]
    variables: Callable[[E], MessageVariables | None]
    tells: tuple[str, ...] = ()
    exists: Callable[[E], bool] = order_is_here
    still_true: Callable[[str], str] = always_true
    klass: str = "transactional"
    hold: timedelta = timedelta(0)
    useful_for: timedelta = timedelta(hours=48)
    secret: bool = False
    optional: bool = False
    default_on: bool = True
    default_delay: timedelta = timedelta(0)
    renew: Callable[[str, datetime], MessageVariables | None] | None = None
    may_offer: Callable[[], bool] = no_offer
    required: _StrPromise | str = ""
    hint: _StrPromise | str = ""
    merge: Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]] | None = None
    leave_out: Callable[[Mapping[str, Any], str], Mapping[str, Any]] | None = None
    must_say: tuple[str, ...] = ()
    own_words: bool = True
    mail_alone: bool = False
    example: Callable[[str], MessageVariables | None] = no_example

    @property
    def has_flow(self) -> bool:
        """Whether a shop says how it is sent; staff, one-time codes and mail alone do not wait."""
        return self.klass != Class.STAFF and not self.secret and not self.mail_alone

    @property
    def template(self) -> str:
        """Path of the words without locale and suffix, such as
        `tracking/messages/shipment_shipped`.
        """
        return f"{self.room}/messages/{self.name.replace('.', '_')}"


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One message ready for the wire. `key` is its idempotency key, the same on every attempt.

    `to` is an address of the channel: an e-mail address, a phone number in E.164, an account's id;
    empty for the shop's own system. E-mail carries `subject`, `html` and `text`; channels for a few
    lines carry `short`, which ends with the `link`. `facts` are what it was written from, for
    channels whose words stand elsewhere. `unsubscribe` is where its reader ends such messages, of
    marketing alone. Without a `sender_address` mail goes out under the address of the server.
    """

    message_id: str
    merchant_id: int
    key: str
    kind: str
    klass: str
    to: str
    locale: str
    subject: str
    html: str
    text: str
    short: str
    sender_name: str
    reply_to: str
    sender_address: str = ""
    link: str = ""
    unsubscribe: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """That a channel took a message: what it calls it (may be empty), and how many messages it
    counts it as.
    """

    provider_id: str = ""
    units: int = 1


class TemporaryFailure(Exception):
    """The channel could not take the message now and certainly did not: try again later, not before
    `retry_after` seconds where it said so.
    """

    def __init__(self, cause: str, *, retry_after: float = 0.0) -> None:
        super().__init__(cause)
        self.retry_after = retry_after


class PermanentFailure(Exception):
    """The channel will never take this message. The text says why, for staff; `address_is_dead`
    when the reason is the address itself, which is then not written to again on this channel, and
    `stopped` when its owner wants nothing more from the shop there.
    """

    def __init__(self, cause: str, *, address_is_dead: bool = False, stopped: bool = False) -> None:
        super().__init__(cause)
        self.address_is_dead = address_is_dead
        self.stopped = stopped


class Channel(Protocol):
    """A way to reach a shopper, named as in `enums.Medium`.

    `honours_keys`: its provider sends once, however often it is asked under one key. Where it does
    not, a sending that was interrupted is never repeated by itself.
    """

    name: str
    honours_keys: bool

    def is_ready(self) -> bool:
        """Whether the scope's shop can send by it now."""
        return True

    def why_not(self, kind: str, locale: str) -> str:
        """Return why it cannot carry a kind of message in a language, as one sentence for staff in
        gettext_noop(), or "": WhatsApp carries approved templates alone.
        """
        return ""

    def send(self, message: Outgoing) -> Accepted:
        """Hand the message over.

        Raises TemporaryFailure or PermanentFailure. Any other exception means that nobody can know
        whether the message was taken; where keys are not honoured it is not resent by itself.
        """


_watchers: list[Callable[[MessageKind[Any]], None]] = []
_kinds: dict[str, MessageKind[Any]] = {}
_channels: dict[str, Channel] = {}


def register_kind(kind: MessageKind[Any]) -> None:
    """Make a kind known and plan one message for each of its events. Called while the app starts; a
    name given twice is a mistake of the programmer and raises ValueError.
    """
    if kind.name in _kinds:
        raise ValueError(f"The message kind {kind.name} is registered twice.")
    _kinds[kind.name] = kind
    for watch in _watchers:
        watch(kind)


def watch_kinds(watch: Callable[[MessageKind[Any]], None]) -> None:
    """Call `watch` for every kind, those known already and those registered later."""
    _watchers.append(watch)
    for kind in list_kinds():
        watch(kind)


def get_kind(name: str) -> MessageKind[Any] | None:
    """The kind of that name, or None for a kind that this version of the house no longer has."""
    return _kinds.get(name)


def list_kinds() -> list[MessageKind[Any]]:
    """Every kind, in the order of registration."""
    return list(_kinds.values())


def register_channel(channel: Channel) -> None:
    """Make a channel usable; the last one registered under a name wins, so tests can put theirs
    in.
    """
    _channels[channel.name] = channel


def find_channel(name: str) -> Channel | None:
    """The channel of that name, or None where nothing provides it."""
    return _channels.get(name)


def get_channel(name: str) -> Channel:
    """The channel of that name. Raises KeyError for an unknown one."""
    return _channels[name]


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """A message that is likely to be written soon: of which kind, about which order, to whom."""

    kind: str
    order_id: str
    order_number: str
    recipient: Recipient


Foresee = Callable[[int, Collection[str]], list[Forecast]]
_forecasts: list[Foresee] = []


def register_forecast(foresee: Foresee) -> None:
    """Let a room say what it is likely to cause in the next 24 hours.

    `foresee(limit, leaving_out)` runs in the scope of a shop and answers at most `limit` messages,
    none about the orders left out (by public id).
    """
    _forecasts.append(foresee)


def foresee_messages(limit: int, *, leaving_out: Collection[str] = ()) -> list[Forecast]:
    """Return what the rooms expect to cause in the next 24 hours, at most `limit` of each.

    Nothing about the orders left out, by public id.
    """
    return [found for foresee in _forecasts for found in foresee(limit, leaving_out)]


@dataclass(frozen=True, kw_only=True)
class AlertKind(Generic[E]):
    """One thing members of staff can ask to hear of, in the dashboard or by e-mail.

    `object_id(event)` names what it is about: a person hears of it once. `detail(event)` names it
    for people in every language alike, and `page(event)` its page: the name of an address of the
    dashboard with what follows the shop in it, such as `("return_detail", ["ret_…"])`. An event for
    which `applies(event)` is false alerts nobody, nor does one whose object was taken back: see
    `exists` of a MessageKind.
    """

    name: str
    title: _StrPromise | str
    event: type[E]
    object_id: Callable[[E], str]
    detail: Callable[[E], str]
    page: Callable[[E], tuple[str, list[str]]]
    icon: str = "bell"
    tone: str = "attention"
    applies: Callable[[E], bool] = lambda event: True
    exists: Callable[[E], bool] = order_is_here


_alerts: dict[str, AlertKind[Any]] = {}
_alert_watchers: list[Callable[[AlertKind[Any]], None]] = []


def register_alert(kind: AlertKind[Any]) -> None:
    """Make a kind of alert known. Called while the app starts; raises ValueError for a name given
    twice.
    """
    if kind.name in _alerts:
        raise ValueError(f"The alert {kind.name} is registered twice.")
    _alerts[kind.name] = kind
    for watch in _alert_watchers:
        watch(kind)


def watch_alerts(watch: Callable[[AlertKind[Any]], None]) -> None:
    """Call `watch` for every kind of alert, those known already and those registered later."""
    _alert_watchers.append(watch)
    for kind in list_alerts():
        watch(kind)


def get_alert(name: str) -> AlertKind[Any] | None:
    """The kind of alert of that name, or None for one this version of the house no longer has."""
    return _alerts.get(name)


def list_alerts() -> list[AlertKind[Any]]:
    """Every kind of alert, in the order of registration."""
    return list(_alerts.values())
