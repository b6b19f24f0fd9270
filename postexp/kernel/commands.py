"""Addresses that carry out a command and are no page: where a reader of one belongs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve

from postexp.kernel import htmx

NOT_ALLOWED = 405


def lead_back(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Return the response; for a command's address that was opened like a page, the way back.

    Browsers open such addresses from their history, or after a log-in in between. No command is
    carried out by that.
    """
    if response.status_code != NOT_ALLOWED or request.method != "GET":
        return response
    page = page_of(request.path)
    return htmx.redirect(request, page) if page else response


def page_of(path: str) -> str:
    """Return the page that a command is given on: the nearest address above the command's own.

    Only an address of the same objects counts: above `…/deliveries/7/replay/` an `…/<event_id>/`
    that would take "deliveries" for an event is passed by. Empty where there is none.
    """
    about = resolve(path).kwargs.items()
    above = path
    while above := _one_up(above):
        try:
            found = resolve(above)
        except Resolver404:
            continue
        if found.kwargs.items() <= about:
            return above
    return ""


def _one_up(path: str) -> str:
    parent, _slash, _name = path.rstrip("/").rpartition("/")
    return f"{parent}/" if parent else ""
