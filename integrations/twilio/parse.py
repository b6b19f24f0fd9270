"""What Twilio tells: how a message of ours fares, or what somebody wrote."""

from __future__ import annotations

from dataclasses import dataclass

from integrations.payload import Payload
from integrations.twilio.signatures import is_json, read_form
from notifications.enums import Medium
from notifications.rules.wishes import BY_NETWORKS, Wish, bare_word, is_an_answer, wish_in

PROVIDER = "Twilio"
WHATSAPP = "whatsapp:"
"""What addresses on WhatsApp begin with; those of phones begin with their country."""
OWN_ID = "message"
"""The parameter by which our addresses for reports name the message they are about."""
OWN_HEADER = "Postexp-Message"
"""Under which name the inbox keeps it with a report."""


@dataclass(frozen=True, kw_only=True)
class Status:
    """How a message fares: Twilio's word for its `state`, and the number of what went wrong."""

    sid: str
    channel: Medium
    address: str
    state: str
    code: int = 0


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """What somebody wrote. `answered`: Twilio answers the wish itself.

    A call for help is the shop's to answer, unless it gave Twilio the words for it: only the shop
    knows who helps.
    """

    sid: str
    channel: Medium
    address: str
    text: str
    wish: Wish | None = None
    answered: bool = False

    @property
    def is_japanese(self) -> bool:
        """Whether an answer is best read in Japanese."""
        in_japanese = self.wish is not None and not bare_word(self.text).isascii()
        return in_japanese or self.address.startswith("+81")


def read(body: bytes, content_type: str) -> Status | Incoming:
    """Read the bytes of a request; raises Unreadable."""
    told = opened(body, content_type)
    sid = told.identity("MessageSid")
    state = told.text("MessageStatus").lower()
    if state:
        channel, address = _address(told.text("To"))
        code = told.text("ErrorCode")
        return Status(
            sid=sid,
            channel=channel,
            address=address,
            state=state,
            code=int(code[:9]) if code.isascii() and code.isdigit() else 0,
        )
    channel, address = _address(told.identity("From"))
    text = told.text("Body")
    told_wish = told.text("OptOutType").lower()
    wish = Wish(told_wish) if told_wish in set(Wish) else wish_in(text)
    return Incoming(
        sid=sid,
        channel=channel,
        address=address,
        text="\n".join(filter(None, (text, *_enclosed(told)))),
        wish=wish,
        answered=bool(told_wish) or is_an_answer(text) or _is_answered(channel, text, wish),
    )


def opened(body: bytes, content_type: str) -> Payload:
    """Return the fields of a request; raises Unreadable for JSON that is none."""
    if is_json(content_type):
        return Payload.read(body, PROVIDER)
    return Payload(dict(read_form(body)), PROVIDER)


def _is_answered(channel: Medium, text: str, wish: Wish | None) -> bool:
    """Whether Twilio answers a wish by itself, as it does for numbers of its own."""
    return channel == Medium.SMS and bare_word(text) in BY_NETWORKS and wish != Wish.HELP


def _address(told: str) -> tuple[Medium, str]:
    if told.startswith(WHATSAPP):
        return Medium.WHATSAPP, told.removeprefix(WHATSAPP)
    return Medium.SMS, told


def _enclosed(told: Payload) -> list[str]:
    """Return what stands for pictures and files: their types, such as [image/jpeg]."""
    count = told.text("NumMedia")
    number = int(count[:2]) if count.isascii() and count.isdigit() else 0
    types = (told.text(f"MediaContentType{index}") for index in range(number))
    return [f"[{one or 'file'}]" for one in types]
