"""The API keys of a shop: made, shown once, revoked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from commerce import selectors
from commerce.access import StaffRequest, staff_view
from commerce.enums import Right, Scope
from commerce.forms import KeyForm
from commerce.services.keys import create_key, revoke_key
from commerce.services.sandboxes import find_sandbox, is_sandbox
from postexp.kernel import clock, htmx


@staff_view(Right.CONFIGURE, fresh=True)
@require_http_methods(["GET", "POST"])
@never_cache
def key_list(request: StaffRequest) -> HttpResponse:
    """The keys, and a form to make one; a new key is in this one answer and nowhere else."""
    form = KeyForm(request.POST or None)
    made = None
    status = 200
    if request.method == "POST":
        if form.is_valid():
            made = create_key(
                merchant=request.merchant,
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                by=request.user,
                at=clock.now(),
            )
            form = KeyForm()
        else:
            status = 422
    labels = dict(Scope.choices)
    context = {
        "form": form,
        "made": made,
        "twin": find_sandbox(request.merchant),
        "is_test": is_sandbox(request.merchant),
        "keys": [
            (key, [labels.get(scope, scope) for scope in key.scopes])
            for key in selectors.list_keys()
        ],
    }
    return render(request, "commerce/settings/keys.html", context, status=status)


@staff_view(Right.CONFIGURE, fresh=True)
@require_http_methods(["GET", "POST"])
def key_revoke(request: StaffRequest, key_id: str) -> HttpResponse:
    """Ask whether to revoke a key, and revoke it."""
    key = selectors.access_key(key_id)
    if request.method == "GET":
        return htmx.render(
            request,
            page="commerce/settings/key_revoke.html",
            part="commerce/settings/_key_revoke.html",
            context={"key": key},
        )
    revoke_key(merchant=request.merchant, key=key, by=request.user, at=clock.now())
    messages.success(request, _("The key “%(name)s” no longer works.") % {"name": key.name})
    return htmx.redirect(request, reverse("dashboard:key_list", args=[request.merchant.slug]))
