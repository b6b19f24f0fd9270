"""How long the editor of a shop's own words takes to show what is typed: the whole request.

It is asked for all blocks our own words make of a kind, in both languages, about a real order.
"""

from __future__ import annotations

import html
import re
import sys
import time

import django

TURNS, WARMING = 100, 10
P95_MS = 50.0


def main() -> int:
    """Print the figure beside its limit; return 1 where it is missed."""
    django.setup()
    took = sorted(previews())
    p95 = took[len(took) * 95 // 100]
    kept = p95 <= P95_MS
    print(f"preview: p95 {p95:.1f} ms (limit {P95_MS:.0f} ms) {'ok' if kept else 'over'}")
    return 0 if kept else 1


def previews() -> list[float]:
    """Return how many milliseconds each preview took."""
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    from benchmarks.messages import taken_in
    from commerce.models import User
    from commerce.services.merchants import open_shop
    from integrations.demo.shops import SHOPS
    from postexp.kernel import clock
    from postexp.kernel.tenancy import merchant_scope

    settings.ALLOWED_HOSTS = ["testserver"]
    owner = User.objects.create_user("bench@postexp.example", name="Bench Owner")
    at = clock.now()
    merchant = open_shop(owner=owner, at=at, **{**SHOPS[0].settings, "slug": "bench"})
    with merchant_scope(merchant.pk):
        taken_in(merchant, 1, at)
    browser = Client()
    browser.force_login(owner)
    took = []
    for locale in merchant.locales:
        editor = reverse("dashboard:words_editor", args=["bench", "order.thanks", locale])
        form = form_of(browser.get(editor).content.decode())
        for turn in range(WARMING + TURNS):
            begun = time.perf_counter()
            answer = browser.post(f"{editor}preview/", form)
            if turn >= WARMING:
                took.append((time.perf_counter() - begun) * 1000)
            if b"<html" not in answer.content:
                raise ValueError(answer.status_code)
    return took


def form_of(page: str) -> dict[str, str]:
    """Return what the editor's form posts."""
    fields = re.findall(
        r'name="((?:subject|b\d+-(?:kind|text|of|link))[^"]*)" value="([^"]*)"', page
    )
    areas = re.findall(r'<textarea id="[^"]+" name="([^"]+)"[^>]*>([^<]*)</textarea>', page)
    shown = re.findall(r'name="(b\d+-of)">\s*.*?<option value="([^"]*)" selected', page, re.DOTALL)
    return {name: html.unescape(value) for name, value in [*fields, *areas, *shown]}


if __name__ == "__main__":
    sys.exit(main())
