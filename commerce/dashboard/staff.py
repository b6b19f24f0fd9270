"""Who may enter the shop, and what each may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commerce import selectors
from commerce.access import StaffRequest, staff_view
from commerce.accounts import people_with_second_factor
from commerce.enums import RIGHTS, Right, Role
from commerce.errors import AlreadyMember, CommerceError, OwnersOnly
from commerce.forms import InviteForm, RoleForm
from commerce.selectors.invitations import access_invitation, list_open_invitations
from commerce.services.staff import (
    change_role,
    end_membership,
    invite_person,
    repeat_invitation,
    withdraw_invitation,
)
from commerce.services.staff_security import require_two_factors
from postexp.kernel import clock, htmx


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def staff_list(request: StaffRequest) -> HttpResponse:
    """The people of the shop, and a form to invite one more."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invite_person(
                merchant=request.merchant,
                locale=get_language() or "en",
                by=request.membership,
                at=clock.now(),
                **form.cleaned_data,
            )
        except AlreadyMember as error:
            form.add_error("email", str(error.message))
        except OwnersOnly as error:
            form.add_error("role", str(error.message))
        else:
            text = _("An invitation is on its way to %(email)s.")
            messages.success(request, text % {"email": invitation.email})
            return _to_list(request)
    status = 422 if form.is_bound else 200
    return render(request, "commerce/settings/staff.html", _context(form), status=status)


@staff_view(Right.CONFIGURE, fresh=True)
@require_POST
def staff_factors(request: StaffRequest) -> HttpResponse:
    """Ask everyone in the shop for two factors, or no longer."""
    required = request.POST.get("required") == "1"
    return _settle(
        request,
        lambda: require_two_factors(
            merchant=request.merchant, required=required, by=request.membership, at=clock.now()
        ),
        _("Everyone needs two factors now.") if required else _("One factor is enough now."),
    )


@staff_view(Right.CONFIGURE, fresh=True)
@require_POST
def staff_role(request: StaffRequest, membership_id: int) -> HttpResponse:
    """Change what a member may do."""
    membership = selectors.access_member(membership_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the roles."))
        return _to_list(request)
    role = form.cleaned_data["role"]
    return _settle(
        request,
        lambda: change_role(
            merchant=request.merchant,
            membership=membership,
            role=role,
            by=request.membership,
            at=clock.now(),
        ),
        _("%(name)s now has the role “%(role)s”.")
        % {"name": membership.user, "role": Role(role).label},
    )


@staff_view(Right.CONFIGURE)
@require_POST
def invitation_again(request: StaffRequest, invitation_id: str) -> HttpResponse:
    """Write once more to someone who has not answered; their time begins anew."""
    invitation = access_invitation(invitation_id)
    return _settle(
        request,
        lambda: repeat_invitation(
            merchant=request.merchant,
            invitation_id=invitation.public_id,
            locale=get_language() or "en",
            by=request.membership,
            at=clock.now(),
        ),
        _("An invitation is on its way to %(email)s.") % {"email": invitation.email},
    )


@staff_view(Right.CONFIGURE)
@require_POST
def invitation_withdraw(request: StaffRequest, invitation_id: str) -> HttpResponse:
    """Take an invitation back."""
    invitation = access_invitation(invitation_id)
    return _settle(
        request,
        lambda: withdraw_invitation(
            merchant=request.merchant,
            invitation_id=invitation.public_id,
            by=request.membership,
            at=clock.now(),
        ),
        _("The invitation to %(email)s is withdrawn. Its link opens nothing any more.")
        % {"email": invitation.email},
    )


@staff_view(Right.CONFIGURE, fresh=True)
@require_http_methods(["GET", "POST"])
def staff_remove(request: StaffRequest, membership_id: int) -> HttpResponse:
    """Ask whether to let a member go, and let them go."""
    membership = selectors.access_member(membership_id)
    if request.method == "GET":
        return htmx.render(
            request,
            page="commerce/settings/staff_remove.html",
            part="commerce/settings/_staff_remove.html",
            context={"member": membership},
        )
    return _settle(
        request,
        lambda: end_membership(
            merchant=request.merchant, membership=membership, by=request.membership, at=clock.now()
        ),
        _("%(name)s no longer has access to this shop.") % {"name": membership.user},
    )


def _context(form: InviteForm) -> dict[str, Any]:
    members = selectors.list_members()
    at = clock.now()
    secured = people_with_second_factor([member.user_id for member in members])
    return {
        "form": form,
        "members": [(member, member.user_id in secured) for member in members],
        "invitations": [(one, one.is_expired(at)) for one in list_open_invitations()],
        "roles": Role.choices,
        "rights": [
            (role.label, [right.label for right in Right if right in RIGHTS[role]]) for role in Role
        ],
    }


def _settle(request: StaffRequest, act: Callable[[], None], done: str) -> HttpResponse:
    try:
        act()
    except CommerceError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, done)
    return _to_list(request)


def _to_list(request: StaffRequest) -> HttpResponse:
    return htmx.redirect(request, reverse("dashboard:staff_list", args=[request.merchant.slug]))
