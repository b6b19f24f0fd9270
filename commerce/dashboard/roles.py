"""Which role may open what: read from the views themselves, so it cannot lie."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from commerce.access import StaffRequest, staff_view
from commerce.enums import RIGHTS, Right, Role
from postexp.kernel import slots

CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True, kw_only=True)
class Door:
    """One address of the dashboard, below the shop's own, and the right that opens it."""

    path: str
    name: str
    right: Right
    fresh: bool


def doors() -> list[Door]:
    """Return every address of the dashboard, in the order of the addresses.

    Raises AttributeError for a view that is not entered through `staff_view`.
    """
    return sorted(_walk(get_resolver(), "", ""), key=lambda door: door.path)


def _walk(resolver: URLResolver, namespace: str, path: str) -> Iterator[Door]:
    for entry in resolver.url_patterns:
        here = path + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = namespace or entry.namespace or ""
            if inner in ("", "dashboard"):
                # The shop's own part of the address is the same for all of them.
                yield from _walk(entry, inner, "" if entry.namespace == "dashboard" else here)
        elif isinstance(entry, URLPattern) and namespace == "dashboard":
            view: Any = entry.callback
            yield Door(
                path=CONVERTER.sub(r"{\1}", here),
                name=entry.name or "",
                right=Right(view.required_right),
                fresh=view.asks_to_confirm,
            )


@staff_view(Right.CONFIGURE)
@require_GET
def role_list(request: StaffRequest) -> HttpResponse:
    """Rights by role in words, and below them every address there is."""
    context = {
        "roles": [role.label for role in Role],
        "rights": [(right.label, _granted(right)) for right in Right],
        "areas": _areas(request),
    }
    return render(request, "commerce/settings/roles.html", context)


def _granted(right: Right) -> list[bool]:
    return [right in RIGHTS[role] for role in Role]


def _areas(request: StaffRequest) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the addresses by the entry of the navigation they stand under, in its order."""
    root = f"/d/{request.merchant.slug}/"
    entries = slots.entries("nav", request) + slots.entries("settings", request)
    places = {entry["url"].removeprefix(root): str(entry["label"]) for entry in entries}
    # The home page stands above everything, so it is nobody's place but its own.
    places.pop("", None)
    found: dict[str, list[dict[str, Any]]] = {}
    for door in doors():
        place = max((one for one in places if door.path.startswith(one)), key=len, default="")
        label = places.get(place) or _("Every page")
        row = {"door": door, "granted": _granted(door.right), "right": door.right.label}
        found.setdefault(label, []).append(row)
    order = [_("Every page"), *places.values()]
    return sorted(found.items(), key=lambda area: order.index(area[0]))
