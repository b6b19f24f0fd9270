"""The e-mail channel: Django's mail API, so SMTP, every provider of django-anymail, or the
development mailbox.
"""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.utils import parseaddr
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.encoding import punycode
from requests.exceptions import ConnectionError, ConnectTimeout
from urllib3.exceptions import NewConnectionError

from notifications.ports import Accepted, Channel, Outgoing, PermanentFailure, TemporaryFailure

ENHANCED = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")
NO_SUCH_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
"""What RFC 3463 calls addresses that do not exist, were given up or are switched off."""

UNKNOWN_USER = frozenset({550, 551, 553})
"""What servers say of such an address that give no better reason."""

LONGEST_WAIT = 3600.0
"""How long a provider may have us wait at its own word, in seconds."""


class EmailChannel(Channel):
    """Sends mail. A server that says no is told apart from one that fell silent: only the first can
    be retried.
    """

    name = "email"
    honours_keys = False

    def send(self, mail: Outgoing) -> Accepted:
        """Hand a mail to the configured backend; answers the provider's id, where it gives one."""
        try:
            message = build(mail)
        except ValueError as error:
            raise PermanentFailure(f"The mail cannot be put together: {error}") from error
        try:
            connection = get_connection(fail_silently=False)
            connection.open()
        except (ImproperlyConfigured, OSError) as error:
            # Nothing was handed over yet. Wrong settings and servers that are down get mended.
            raise TemporaryFailure(f"The mail server cannot be reached: {error}") from error
        message.connection = connection
        try:
            message.send()
        except SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise _answered(code, said, address=True) from error
        except SMTPResponseException as error:
            raise _answered(error.smtp_code, error.smtp_error) from error
        except AnymailRecipientsRefused as error:
            raise PermanentFailure(str(error), address_is_dead=True) from error
        except AnymailAPIError as error:
            if (failure := _api_answered(error)) is None:
                raise
            raise failure from error
        except AnymailError as error:
            raise PermanentFailure(str(error)) from error
        finally:
            connection.close()
        status = getattr(message, "anymail_status", None)
        return Accepted(provider_id=str(getattr(status, "message_id", "") or ""))


def build(mail: Outgoing) -> EmailMultiAlternatives:
    """Return the mail as Django sends it. Its Message-ID and key are the same on every attempt.

    Raises ValueError where an address of ours is none.
    """
    house = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=_named(mail.sender_name, mail.sender_address or house),
        to=[mail.to],
        reply_to=[_named(mail.sender_name, mail.reply_to)] if mail.reply_to else None,
        headers={
            "Message-ID": f"<{mail.message_id}@{house.partition('@')[2]}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": mail.locale,
            "X-Entity-Ref-ID": mail.key,
            **_one_click(mail.unsubscribe),
            **_for_provider(),
        },
    )
    message.attach_alternative(mail.html, "text/html")
    # django-anymail passes this on, and providers give it back in their webhooks.
    message.metadata = {  # type: ignore[attr-defined]
        "message_id": mail.message_id,
        "merchant_id": str(mail.merchant_id),
        "key": mail.key,
    }
    return message


def _one_click(unsubscribe: str) -> dict[str, str]:
    """Return the headers of RFC 8058, by which a mail program ends such mails with one click."""
    if not unsubscribe:
        return {}
    return {
        "List-Unsubscribe": f"<{unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _for_provider() -> dict[str, str]:
    """Return what a provider is told so that the mail travels as it was put together.

    Postmark gives mails a Message-ID of its own unless asked not to; answers name ours by it.
    """
    return {"X-PM-KeepID": "true"} if ".postmark." in settings.EMAIL_BACKEND else {}


def _named(name: str, address: str) -> str:
    """Return `name <address>` in plain characters; Django encodes it when the mail is put together.

    Control characters go: in a header they would start another one.
    """
    printable = "".join(character for character in name if character.isprintable())
    user, _at, domain = address.rpartition("@")
    return str(Address(display_name=printable, username=user, domain=punycode(domain)))


def _answered(code: int, said: bytes | str, *, address: bool = False) -> Exception:
    """Turn the answer of a mail server into a failure: 5xx is for good, anything else for now.

    Of the refusals of an address only those that say it is none tell of the address: others are
    about us, such as a server that relays for nobody, or takes our mail for spam.
    """
    text = f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    if 500 <= code < 600:
        status = ENHANCED.search(text)
        is_none = status[0] in NO_SUCH_ADDRESS if status else code in UNKNOWN_USER
        return PermanentFailure(text, address_is_dead=address and is_none)
    return TemporaryFailure(text)


def _api_answered(error: AnymailAPIError) -> Exception | None:
    """Turn the answer of a provider's API into a failure; None when it was silent or broken."""
    if _never_connected(error):
        return TemporaryFailure(str(error))
    status = error.status_code
    if status in {401, 403, 429}:
        # A wrong key is mended by staff, a rate limit by waiting: both leave the message unsent.
        return TemporaryFailure(str(error), retry_after=_asked_wait(error))
    if status is not None and 400 <= status < 500:
        return PermanentFailure(str(error))
    return None


def _never_connected(error: AnymailAPIError) -> bool:
    """Whether nothing can have reached the provider: there was no connection to hand it over by."""
    cause = error.__cause__
    if isinstance(cause, ConnectTimeout):
        return True
    told = cause.args[0] if isinstance(cause, ConnectionError) and cause.args else None
    return isinstance(getattr(told, "reason", None), NewConnectionError)


def _asked_wait(error: AnymailAPIError) -> float:
    """Return the seconds a provider asks to wait, an hour at most; 0 where it names none."""
    response = getattr(error, "response", None)
    told = response.headers.get("Retry-After", "") if response is not None else ""
    return min(float(told), LONGEST_WAIT) if told.isascii() and told.isdigit() else 0.0
