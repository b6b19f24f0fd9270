"""The e-mail channel: Django's mail API, so SMTP, every provider of django-anymail, or the
development mailbox.
"""

from __future__ import annotations

from email.headerregistry import Address
from email.utils import parseaddr
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.encoding import punycode

from notifications.ports import Accepted, Channel, Outgoing, PermanentFailure, TemporaryFailure


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


def _named(name: str, address: str) -> str:
    """Return `name <address>` in plain characters; Django encodes it when the mail is put together.

    Control characters go: in a header they would start another one.
    """
    printable = "".join(character for character in name if character.isprintable())
    user, _at, domain = address.rpartition("@")
    return str(Address(display_name=printable, username=user, domain=punycode(domain)))


def _answered(code: int, said: bytes | str, *, address: bool = False) -> Exception:
    """Turn the answer of a mail server into a failure: 5xx is for good, anything else for now."""
    text = f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    if 500 <= code < 600:
        return PermanentFailure(text, address_is_dead=address)
    return TemporaryFailure(text)


def _api_answered(error: AnymailAPIError) -> Exception | None:
    """Turn the answer of a provider's API into a failure; None when it was silent or broken."""
    status = error.status_code
    if status in {401, 403, 429}:
        # A wrong key is mended by staff, a rate limit by waiting: both leave the message unsent.
        return TemporaryFailure(str(error))
    if status is not None and 400 <= status < 500:
        return PermanentFailure(str(error))
    return None
