"""In whose name the shop's mail goes out, and whether its domain is ready for it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.models import SenderIdentity
from commerce.rules import sending
from commerce.selectors.sending import sending_identity
from commerce.services.sending import change_sending, check_sending
from postexp.kernel import clock, dns, htmx

TONES = {
    sending.GOOD: ("good", "circle-check"),
    sending.WARNING: ("attention", "triangle-alert"),
    sending.MISSING: ("problem", "octagon-alert"),
}
NAMES = {
    "ownership": gettext_lazy("The domain is yours"),
    "spf": gettext_lazy("SPF: who may send for the domain"),
    "dkim": gettext_lazy("DKIM: the signature of each mail"),
    "dmarc": gettext_lazy("DMARC: what becomes of forged mail"),
}
WORDS = {
    "owned": gettext_lazy("Proven."),
    "not_owned": gettext_lazy(
        "The record that proves it is not there yet. Set it as shown; it may take an hour to be "
        "seen everywhere."
    ),
    "spf_good": gettext_lazy("Our mail server may send for it."),
    "spf_none": gettext_lazy("There is no SPF record, so receivers cannot tell who may send."),
    "spf_twice": gettext_lazy(
        "There are several SPF records, and receivers then heed none. Make one of them."
    ),
    "spf_everyone": gettext_lazy(
        "The record lets everyone send in your name. End it with ~all instead."
    ),
    "spf_without_us": gettext_lazy(
        "The record does not name our mail server. Change it to the one shown."
    ),
    "spf_too_long": gettext_lazy(
        "The record asks for more than ten other records, and receivers stop at ten. Shorten it."
    ),
    "spf_unknown": gettext_lazy(
        "There is a record. Whoever runs this server has not said which mail server sends "
        "(POSTEXP_SPF_INCLUDE), so it cannot be judged."
    ),
    "dkim_good": gettext_lazy("The key is published."),
    "dkim_none": gettext_lazy(
        "There is no key under this selector. Your mail provider shows the record to set."
    ),
    "dkim_revoked": gettext_lazy("The key was taken back. Your mail provider shows the new one."),
    "dkim_unknown": gettext_lazy(
        "Enter the selector that your mail provider shows, and it is looked up here."
    ),
    "dmarc_good": gettext_lazy("Forged mail is put aside or refused."),
    "dmarc_watches": gettext_lazy(
        "There is a record that only watches. That is a good beginning; p=quarantine comes next."
    ),
    "dmarc_none": gettext_lazy(
        "There is no record. Large receivers ask for one; the one shown changes nothing yet."
    ),
    "dmarc_twice": gettext_lazy("There are several records, and receivers heed none. Keep one."),
    "dmarc_broken": gettext_lazy("The record says no policy (p=). Change it to the one shown."),
}


class SendingForm(forms.Form):
    """The shop's sender."""

    from_address = forms.EmailField(
        label=gettext_lazy("Sender address"),
        required=False,
        help_text=gettext_lazy(
            "An address of your own domain, such as hello@shop.example. Empty: the server’s own "
            "address, with your shop’s name."
        ),
    )
    reply_to = forms.EmailField(
        label=gettext_lazy("Answers go to"),
        required=False,
        help_text=gettext_lazy("Empty: the support e-mail of the shop."),
    )
    dkim_selector = forms.CharField(
        label=gettext_lazy("DKIM selector"),
        required=False,
        max_length=63,
        help_text=gettext_lazy(
            "The part before ._domainkey in the record that your mail provider shows."
        ),
    )

    def clean_dkim_selector(self) -> str:
        selector = str(self.cleaned_data["dkim_selector"])
        if selector and not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", selector):
            raise forms.ValidationError(
                _("A selector has letters, digits, dots and dashes only, such as pm-2026.")
            )
        return selector


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def sending_settings(request: StaffRequest) -> HttpResponse:
    """The sender address, and what its domain published."""
    identity = sending_identity()
    initial = {
        name: getattr(identity, name) for name in SendingForm.base_fields if identity is not None
    }
    form = SendingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        identity = change_sending(
            merchant=request.merchant, by=request.user, at=clock.now(), **form.cleaned_data
        )
        messages.success(request, _("Saved."))
        _look(request, identity)
        return _back(request)
    status = 422 if form.is_bound else 200
    context = {"form": form, "identity": identity, "rows": _rows(identity)}
    return render(request, "commerce/settings/sending.html", context, status=status)


@staff_view(Right.CONFIGURE)
@require_POST
def sending_check(request: StaffRequest) -> HttpResponse:
    """Look at the domain again."""
    identity = sending_identity()
    if identity is not None and _look(request, identity):
        messages.success(request, _("Looked up just now."))
    return _back(request)


def _look(request: StaffRequest, identity: SenderIdentity) -> bool:
    if not identity.domain:
        return False
    try:
        check_sending(identity=identity, at=clock.now())
    except dns.Unanswered:
        messages.warning(
            request, _("The domain’s name servers did not answer. Try again in some minutes.")
        )
        return False
    return True


def _back(request: StaffRequest) -> HttpResponse:
    return htmx.redirect(request, reverse("dashboard:sending", args=[request.merchant.slug]))


def _rows(identity: SenderIdentity | None) -> list[dict[str, Any]]:
    rows = []
    for verdict in identity.verdicts if identity else []:
        tone, icon = TONES[verdict["state"]]
        rows.append(
            {
                **verdict,
                "name": NAMES[verdict["record"]],
                "found": WORDS[verdict["code"]],
                "tone": tone,
                "icon": icon,
                "label": _("In order") if verdict["state"] == sending.GOOD else _("To do"),
            }
        )
    return rows
