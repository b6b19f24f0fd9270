"""The editor of a shop's own words: one kind of message in one language."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages as notices
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.errors import BadImage
from commerce.selectors import name_actors
from notifications import services
from notifications.dashboard.kinds import (
    Preview,
    facts_of,
    preview_of,
    sample_of,
)
from notifications.dashboard.messages import mail_response
from notifications.dashboard.word_findings import LANGUAGES, tell
from notifications.dashboard.word_forms import (
    block_rows,
    case_rows,
    changed,
    frame_controls,
    kinds_to_add,
    read_posted,
    told,
    with_picture,
)
from notifications.errors import WordingRefused, WordsBroken
from notifications.models import Wording
from notifications.ports import MessageKind
from notifications.rules.blocks import (
    BlockFault,
    Body,
    check_variables,
    filter_of,
    list_variables,
)
from notifications.rules.mjml import MarkupFault
from notifications.rules.variables import Variable, VariableFault, value_in_words
from notifications.selectors.wordings import (
    access_wording,
    body_of,
    find_wording,
    list_wordings,
)
from notifications.services.house_blocks import house_body
from notifications.services.own_words import FILTERS
from notifications.services.wording_checks import Finding, check_body
from postexp.kernel import clock, htmx
from postexp.kernel.paging import address

if TYPE_CHECKING:
    from commerce.models import Merchant


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What is edited: a kind in a language."""

    preview: Preview
    merchant: Merchant
    locale: str

    @property
    def kind(self) -> MessageKind[Any]:
        """The kind of message."""
        return self.preview.kind

    @cached_property
    def sample(self) -> dict[str, Any]:
        """All that the words can name."""
        return services.known_facts(
            self.kind, merchant=self.merchant, locale=self.locale, at=clock.now()
        )

    def showing(self, body: Body, *, asked: bool) -> Desk:
        """Return the desk that shows some words: with its order where that was `asked` for or the
        words can be said of it, else with the sample.
        """
        variables = self.preview.variables
        if asked or variables is None or body.can_be_said(variables.facts):
            return self
        return replace(self, preview=sample_of(self.kind))

    @cached_property
    def ours(self) -> Body:
        """Our own words, as blocks."""
        return house_body(self.kind, self.sample, locale=self.locale, zone=self.merchant.zone)


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def words_editor(request: StaffRequest, kind: str, locale: str) -> HttpResponse:
    """The blocks of one message, its preview, what is wrong with it, and its versions."""
    desk = _desk(request, kind, locale)
    if request.method != "POST":
        return _show(request, desk, _begin(request, desk))
    body = read_posted(request.POST)
    try:
        body = _with_uploads(request, body)
    except BadImage as error:
        return _show(request, desk, body, problem=str(error.message), status=422)
    what = request.POST.get("do", "")
    if what not in {"save", "use", "test"}:
        body = changed(body, what, request.POST.get("add-kind", ""), desk.sample)
        return _show(request, desk, body, is_changed=True)
    try:
        kept = services.save_wording(
            desk.kind,
            merchant=request.merchant,
            locale=locale,
            body=body,
            at=clock.now(),
            actor=request.user.actor,
            use=what == "use",
        )
    except WordingRefused:
        return _show(request, desk, body, is_changed=True, refused=True, status=422)
    return _kept(request, desk, kept, what)


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
@xframe_options_sameorigin
def words_preview(request: StaffRequest, kind: str, locale: str) -> HttpResponse:
    """The mail as it is being written, for a sandboxed frame."""
    desk = _desk(request, kind, locale)
    posted = request.method == "POST"
    body = read_posted(request.POST) if posted else _begin(request, desk)
    desk = desk.showing(body, asked=_has_asked(request))
    facts = facts_of(request, desk.preview, locale)
    try:
        for _place, mistake in check_variables(body, desk.sample):
            raise mistake
        if not body.fits(facts):
            return _note(_("Your words are not for this case: our words go out."), locale)
        words = services.write_body(
            body,
            facts,
            merchant=request.merchant,
            locale=locale,
            at=clock.now(),
            unsubscribe="#" if body.is_promotional else "",
        )
    except VariableFault as fault:
        code = f"variable_{fault.fault}"
        return _note(tell(Finding(code=code, detail=fault.variable, known=fault.known)), locale)
    except MarkupFault as wrong:
        finding = Finding(code=f"mjml_{wrong.fault}", detail=wrong.detail, known=wrong.known)
        return _note(tell(finding), locale)
    except WordsBroken:
        return _note(_("The mail cannot be laid out, or is larger than 102 kB."), locale)
    return mail_response(words.html)


@staff_view(Right.CONFIGURE)
@require_GET
def words_version(request: StaffRequest, kind: str, locale: str, number: int) -> HttpResponse:
    """One version beside the words in use, and beside ours."""
    desk = _desk(request, kind, locale)
    wording = access_wording(kind, locale, number)
    used = find_wording(kind, locale)
    mine = told(_body_of(wording))
    pairs = [(_("Compared with our words"), told(desk.ours))]
    if used is not None and used != wording:
        title = _("Compared with version %(number)s, which is in use") % {"number": used.version}
        pairs.insert(0, (title, told(_body_of(used))))
    context = {
        "desk": desk,
        "wording": wording,
        "language": LANGUAGES[locale],
        "by": name_actors([wording.made_by]).get(wording.made_by, ""),
        "comparisons": [(title, _differences(before, mine)) for title, before in pairs],
        "editor_url": _url(request, desk),
    }
    return render(request, "notifications/words/version.html", context)


@staff_view(Right.CONFIGURE)
@require_POST
def words_use(request: StaffRequest, kind: str, locale: str, number: int) -> HttpResponse:
    """Put a version into use."""
    desk = _desk(request, kind, locale)
    wording = access_wording(kind, locale, number)
    services.use_wording(wording, at=clock.now(), actor=request.user.actor)
    notices.success(request, _("Version %(number)s is in use.") % {"number": number})
    return htmx.redirect(request, _url(request, desk))


@staff_view(Right.CONFIGURE)
@require_POST
def words_ours(request: StaffRequest, kind: str, locale: str) -> HttpResponse:
    """Go back to our words."""
    desk = _desk(request, kind, locale)
    services.use_house_words(kind, locale=locale, at=clock.now(), actor=request.user.actor)
    notices.success(request, _("Our words are in use again. Your versions are kept."))
    return htmx.redirect(request, _url(request, desk))


def _desk(request: StaffRequest, kind: str, locale: str) -> Desk:
    preview = preview_of(request, kind)
    if locale not in request.merchant.locales or not preview.kind.own_words:
        raise Http404
    return Desk(preview=preview, merchant=request.merchant, locale=locale)


def _begin(request: StaffRequest, desk: Desk) -> Body:
    """Return what is edited: the version asked for, else the one in use, else ours as blocks."""
    asked = request.GET.get("version", "")
    if asked.isdecimal():
        return _body_of(access_wording(desk.kind.name, desk.locale, int(asked)))
    if asked == "ours":
        return desk.ours
    newest = find_wording(desk.kind.name, desk.locale)
    newest = newest or list_wordings(desk.kind.name, desk.locale).first()
    return _body_of(newest) if newest else desk.ours


def _body_of(wording: Wording) -> Body:
    try:
        return body_of(wording)
    except BlockFault as fault:
        raise Http404 from fault


def _with_uploads(request: StaffRequest, body: Body) -> Body:
    """Return the words with the pictures that came with them. Raises BadImage."""
    for place, block in enumerate(body.blocks):
        upload = request.FILES.get(f"b{place}-picture-file")
        if block.kind == "image" and upload is not None:
            kept = services.keep_picture(upload.read(), at=clock.now())
            body = with_picture(body, place, name=str(kept.image.name), width=kept.width)
    return body


def _kept(request: StaffRequest, desk: Desk, kept: Wording, what: str) -> HttpResponse:
    told_of = {"number": kept.version}
    if what == "use":
        notices.success(request, _("Version %(number)s is in use.") % told_of)
    elif what == "save":
        notices.success(request, _("Kept as version %(number)s. It is not in use.") % told_of)
    else:
        order = desk.showing(_body_of(kept), asked=_has_asked(request)).preview.order
        services.ask_for_test(
            kind=desk.kind.name,
            order_id=order.public_id if order else "",
            locale=desk.locale,
            user_id=request.user.pk,
            wording_id=kept.public_id,
            at=clock.now(),
            actor=request.user.actor,
        )
        address = {"address": request.user.email}
        notices.success(request, _("On its way to %(address)s.") % address)
    return htmx.redirect(request, _url(request, desk) + f"?version={kept.version}")


def _show(
    request: StaffRequest,
    desk: Desk,
    body: Body,
    *,
    problem: str = "",
    is_changed: bool = False,
    refused: bool = False,
    status: int = 200,
) -> HttpResponse:
    desk = desk.showing(body, asked=_has_asked(request))
    findings = check_body(
        body, desk.kind, merchant=request.merchant, locale=desk.locale, at=clock.now()
    )
    versions = list(list_wordings(desk.kind.name, desk.locale)[:30])
    names = name_actors([one.made_by for one in versions])
    url = partial(_url, request, desk)
    errors = [_told(finding) for finding in findings if finding.is_error]
    hints = [_told(finding) for finding in findings if not finding.is_error]
    checks = [] if refused else errors
    context = {
        "desk": desk,
        "language": LANGUAGES[desk.locale],
        "tabs": _tabs(request, desk),
        "frame": frame_controls(body),
        "blocks": block_rows(body, desk.sample),
        "cases": case_rows(body, desk.sample),
        "kinds": kinds_to_add(desk.sample),
        "variables": _variables(request, desk),
        "problem": problem,
        "errors": errors if refused else [],
        "checks": checks,
        "hints": hints,
        "remarks": len(checks) + len(hints),
        "is_promotional": body.is_promotional,
        "is_changed": is_changed,
        "versions": [(one, names.get(one.made_by, "")) for one in versions],
        "in_use": any(one.in_use for one in versions),
        "editor_url": url(),
        "preview_url": url("words_preview"),
        "preview_query": address(
            QueryDict(), order=request.GET.get("order"), version=request.GET.get("version")
        ),
        "ours_url": url("words_ours"),
        "order": desk.preview.order,
        "q": request.GET.get("order") or request.POST.get("order") or "",
    }
    return htmx.render(
        request,
        page="notifications/words/editor.html",
        part="notifications/words/_form.html",
        context=context,
        status=status,
    )


def _has_asked(request: StaffRequest) -> bool:
    """Whether an order was chosen to show the words with."""
    return bool(request.GET.get("order") or request.POST.get("order"))


def _told(finding: Finding) -> dict[str, Any]:
    at = "subject" if finding.place is None else f"block-{finding.place}"
    number = None if finding.place is None else finding.place + 1
    return {"at": at, "number": number, "text": tell(finding)}


def _tabs(request: StaffRequest, desk: Desk) -> list[dict[str, Any]]:
    return [
        {
            "url": reverse(
                "dashboard:words_editor", args=[request.merchant.slug, desk.kind.name, locale]
            ),
            "label": LANGUAGES[locale],
            "active": locale == desk.locale,
        }
        for locale in request.merchant.locales
    ]


def _variables(request: StaffRequest, desk: Desk) -> list[dict[str, str]]:
    """Return the variables one can write, each with what it says in the sample."""
    rows = []
    with translation.override(desk.locale):
        for path, value in list_variables(desk.sample):
            turned = filter_of(value)
            variable = Variable(path, ((turned, ""),) if turned else ())
            written = f"{{{{ {path}|{turned} }}}}" if turned else f"{{{{ {path} }}}}"
            try:
                says = value_in_words(variable, desk.sample, FILTERS)
            except VariableFault:
                continue
            rows.append({"written": written, "says": says[:80]})
    return rows


def _differences(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    """Return what was taken out (`-`), put in (`+`) and kept (` `), line by line."""
    lines = difflib.ndiff(before, after)
    return [(line[0], line[2:]) for line in lines if line[0] in "+- "]


def _note(words: str, locale: str) -> HttpResponse:
    """Return a page for the frame that says why there is no mail to show."""
    page = format_html(
        '<!doctype html><html lang="{}"><meta charset="utf-8"><title>{}</title>'
        '<body style="margin:24px;font:16px/1.6 sans-serif"><p>{}</p></body></html>',
        locale,
        words,
        words,
    )
    return mail_response(page)


def _url(request: StaffRequest, desk: Desk, name: str = "words_editor") -> str:
    return reverse(f"dashboard:{name}", args=[request.merchant.slug, desk.kind.name, desk.locale])
