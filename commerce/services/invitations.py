"""The mail that brings a new member of staff in."""

from __future__ import annotations

from contextlib import suppress
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from anymail.exceptions import AnymailAPIError, AnymailError
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from commerce.models import Invitation, Merchant, User
from commerce.selectors.invitations import INVITATION
from postexp.design import formats
from postexp.kernel import signing
from postexp.kernel.outbox import OutcomeUnknown


def send_invitation(*, merchant: Merchant, invitation_id: str, inviter: str, locale: str) -> bool:
    """Write to someone who was invited; return False where they answered or it was withdrawn.

    The link in the mail is made here, so that it never stands in the event log. Raises
    OutcomeUnknown when nobody can know whether the mail went out, and the mail server's own error
    where it surely did not.
    """
    invitation = Invitation.objects.filter(public_id=invitation_id, ended_at=None).first()
    if invitation is None:
        return False
    with translation.override(locale), timezone.override(merchant.zone):
        words = {
            "merchant": merchant,
            "inviter": inviter,
            "role": invitation.get_role_display(),
            "link": invitation_link(invitation),
            "until": formats.moment(invitation.expires_at, "year"),
        }
        subject = _("You are invited to %(shop)s") % {"shop": merchant.name}
        text = render_to_string("commerce/mail/invitation.txt", words)
    letter = EmailMessage(subject=subject, body=text, to=[invitation.email])
    # The development mailbox shows it to the shop it comes from.
    letter.metadata = {"merchant_id": str(merchant.pk)}  # type: ignore[attr-defined]
    _hand_over(letter)
    return True


def invitation_link(invitation: Invitation) -> str:
    """Return the address at which an invitation is answered."""
    token = signing.sign(INVITATION, invitation.public_id)
    return f"{settings.BASE_URL}{reverse('invitation', args=[token])}"


def _hand_over(letter: EmailMessage) -> None:
    """Give a mail to the server; one that cannot even be reached took nothing."""
    letter.connection = get_connection(fail_silently=False)
    letter.connection.open()
    try:
        letter.send()
    except Exception as error:
        if _is_refusal(error):
            raise
        raise OutcomeUnknown(f"{type(error).__name__}: {error}") from error
    finally:
        # The server has answered by now, however it takes its leave.
        with suppress(OSError):
            letter.connection.close()


def _is_refusal(error: Exception) -> bool:
    """Whether the server, or what puts the mail together, said no: then nothing went out."""
    if isinstance(error, AnymailAPIError):
        return error.status_code is not None and 400 <= error.status_code < 500
    return isinstance(
        error, (SMTPResponseException, SMTPRecipientsRefused, AnymailError, ValueError)
    )


def password_link(user: User) -> str:
    """Return the address at which a person without a password sets one."""
    key = default_token_generator.make_token(user)
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": key},
    )
    return f"{settings.BASE_URL}{path}"
