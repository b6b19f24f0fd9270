"""The page behind the link in an invitation: who invites, to which shop, as what; yes or no."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commerce.errors import InvitationOver
from commerce.forms import JoinForm
from commerce.models import Invitation, Merchant, User
from commerce.selectors.invitations import invitation_of_token
from commerce.services.joining import (
    accept_invitation,
    can_sign_in,
    decline_invitation,
    join_with_new_account,
)
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope

NEWCOMER, SIGN_IN, STRANGER, ANSWER, EXPIRED = (
    "newcomer",
    "sign_in",
    "stranger",
    "answer",
    "expired",
)
"""How the page stands where the invitation has not ended; else it stands as its end."""


@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation to whoever holds its link, and take the answer of the person invited.

    Who has an account answers signed in to it; who has none gets one by accepting. An invitation
    that cannot be answered any more says why, and what to do.
    """
    found, merchant = invitation_of_token(token)
    with merchant_scope(merchant.pk), timezone.override(merchant.zone):
        state = _state(request, found)
        form = JoinForm(request.POST or None, email=found.email, initial={"name": found.name})
        if request.method == "POST" and state in (NEWCOMER, ANSWER):
            try:
                answer = _take(request, found, merchant, form, state)
            except InvitationOver:
                # Answered meanwhile, in another window perhaps: the page says how.
                return redirect("invitation", token)
            if answer is not None:
                return answer
        context: dict[str, Any] = {"invitation": found, "shop": merchant, "state": state}
        return render(
            request,
            "commerce/invitation/answer.html",
            {**context, "form": form},
            status=422 if form.is_bound and state == NEWCOMER else 200,
        )


def _state(request: HttpRequest, found: Invitation) -> str:
    if found.end:
        return found.end
    if found.is_expired(clock.now()):
        return EXPIRED
    if request.user.is_authenticated:
        return ANSWER if request.user.email == found.email else STRANGER
    user = User.objects.filter(email=found.email).first()
    return SIGN_IN if user is not None and can_sign_in(user) else NEWCOMER


def _take(
    request: HttpRequest, found: Invitation, merchant: Merchant, form: JoinForm, state: str
) -> HttpResponse | None:
    """Carry the answer out and lead on; None where the form has to be mended."""
    at = clock.now()
    if request.POST.get("answer") == "decline":
        actor = request.user.actor if request.user.is_authenticated else "invitee"
        decline_invitation(merchant=merchant, invitation_id=found.public_id, actor=actor, at=at)
        return redirect(request.path)
    home = reverse("dashboard:home", args=[merchant.slug])
    if request.user.is_authenticated:
        accept_invitation(
            merchant=merchant, invitation_id=found.public_id, user=request.user, at=at
        )
        messages.success(request, _("Welcome to %(shop)s.") % {"shop": merchant.name})
        return redirect(home)
    if not form.is_valid():
        return None
    user = join_with_new_account(
        merchant=merchant,
        invitation_id=found.public_id,
        name=form.cleaned_data["name"],
        password=form.cleaned_data["password1"],
        at=at,
    )
    messages.success(request, _("Welcome to %(shop)s.") % {"shop": merchant.name})
    login = Login(user=user, redirect_url=home)
    response: HttpResponse = perform_password_login(request, {"email": user.email}, login)
    return response
