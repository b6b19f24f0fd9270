"""Every page of the dashboard: who may open it, that it opens, and what it must not hold."""

import re

import pytest
from django.test import Client
from django.urls import ResolverMatch, resolve, reverse

from commerce.enums import Right
from commerce.models import Merchant, User
from tests.full_shop import Route, parts_of, routes

DASHBOARD = routes("dashboard:")
# What the Content-Security-Policy would refuse: code and styles inside a page.
INLINE = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=[\"']", re.IGNORECASE)
# Mails bring their own styles and their reader's language, into a frame of their own.
MAILS = {
    "dashboard:message_preview",
    "dashboard:message_kind_preview",
    "dashboard:words_preview",
}
NOT_TEXT = ("application/pdf", "image/jpeg", "image/png")


def view_of(route: Route) -> ResolverMatch:
    """Return the view behind an address, whatever fills its parts."""
    return resolve(reverse(route.name, kwargs=dict.fromkeys(route.parts, "1")))


@pytest.mark.parametrize("route", DASHBOARD, ids=lambda route: route.name)
def test_an_address_names_the_right_it_asks_for(route: Route) -> None:
    assert getattr(view_of(route).func, "required_right", None) in Right


def test_writing_asks_for_more_than_reading(full_shop: Merchant, owner: User) -> None:
    client = Client()
    client.force_login(owner)
    open_to_all = [
        route.name
        for route in DASHBOARD
        if view_of(route).func.required_right == Right.READ  # type: ignore[attr-defined]
        and client.post(reverse(route.name, kwargs=parts_of(route, full_shop))).status_code != 405
    ]
    assert open_to_all == []


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_page_opens(full_shop: Merchant, owner: User, language: str) -> None:
    client = Client(headers={"Accept-Language": language})
    client.force_login(owner)
    wrong = {}
    for route in DASHBOARD:
        parts = parts_of(route, full_shop)
        answer = client.get(reverse(route.name, kwargs=parts))
        if answer.status_code in (302, 405):
            continue
        if answer.streaming or answer["Content-Type"] in NOT_TEXT:
            continue
        page = answer.content.decode()
        if answer.status_code != 200:
            wrong[route.name] = f"answered {answer.status_code}"
        elif route.name in MAILS:
            continue
        elif "<html" in page and f'<html lang="{language}"' not in page:
            wrong[route.name] = "another language"
        elif found := INLINE.search(page):
            wrong[route.name] = f"inline code or style: {found[0]}"
    assert wrong == {}
