"""The ways to the policy in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language

from postexp.kernel import slots


def foot_link(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """The way to the policy from the foot of every shopper page."""
    path = reverse("site:policy", args=[context["merchant"].slug])
    url = f"{path}?lang={get_language() or 'en'}"
    return render_to_string("returns/site/_foot_policy.html", {"url": url})


slots.register("site_foot", name="returns.policy", order=10, render=foot_link)
