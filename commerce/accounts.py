"""How staff get their accounts and prove who they are: by invitation, with a second factor."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import (
    get_authentication_records,
    record_authentication,
)
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import override

from postexp.kernel.secrets import cipher

if TYPE_CHECKING:
    from commerce.models import User

# Recovery codes alone are no second factor: they stand in for one that was lost.
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
SECOND = "mfa"
"""How a session's record of what a person proved names a second factor."""


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # untyped base
    """Closes open sign-up: a shop's owner invites people."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for a fresh confirmation, unless the person logged in a moment ago."""
        return not logged_in_recently(context.request)


class StaffMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # untyped base
    """Encrypts what second factors are kept by, and names them in words of ours."""

    def encrypt(self, text: str) -> str:
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)s") % {"number": count + 1}

    def _get_site_name(self) -> str:
        return "Postexp"


def logged_in_recently(request: HttpRequest) -> bool:
    """Whether the person proved who they are, in this session, within the time that counts."""
    records = get_authentication_records(request, request.user)
    proofs = [float(record["at"]) for record in records]
    return bool(proofs) and time.time() - max(proofs) < app_settings.REAUTHENTICATION_TIMEOUT


def must_confirm(request: HttpRequest) -> bool:
    """Whether a dangerous act has to wait until the person has confirmed who they are."""
    required: bool = is_reauthentication_required(request, app="commerce")
    return required


def entered_with_two_factors(request: HttpRequest) -> bool:
    """Whether this session was opened, or confirmed since, with more than a password."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == SECOND for record in records)


def second_factor_page(user_id: int) -> str:
    """Return the name of the page on which a person enters the second factor they have."""
    by_app = Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).exists()
    return "mfa_reauthenticate" if by_app else "mfa_reauthenticate_webauthn"


def count_set_up(request: HttpRequest, user: User, added: Authenticator) -> None:
    """Let the session in which a person set up their first second factor count as one with two.

    One added to another proves nothing: whoever knows only the password could add it.
    """
    others = Authenticator.objects.filter(user_id=user.pk, type__in=SECOND_FACTORS)
    if added.type in SECOND_FACTORS and not others.exclude(pk=added.pk).exists():
        record_authentication(request, user, method=SECOND, id=added.pk, type=added.type)


def has_second_factor(user_id: int) -> bool:
    """Whether a person logs in with more than a password."""
    found: bool = Authenticator.objects.filter(user_id=user_id, type__in=SECOND_FACTORS).exists()
    return found


def people_with_second_factor(user_ids: list[int]) -> set[int]:
    """Return those of some people who log in with more than a password."""
    found = Authenticator.objects.filter(user_id__in=user_ids, type__in=SECOND_FACTORS)
    return set(found.values_list("user_id", flat=True))


def factor_name(authenticator: Authenticator) -> str:
    """Return what the event log calls a second factor, in English: the log is the same for all."""
    with override("en"):
        return str(Authenticator.Type(authenticator.type).label).lower()
