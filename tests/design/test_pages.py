"""The frames, the doors, the error pages and the style guide, as a browser gets them."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.translation import override

from commerce.models import User
from postexp.design import samples
from postexp.design.views import styleguide

SHOP = SimpleNamespace(
    slug="midori", name="Midori", support_email="help@midori.example", support_phone="03-1"
)


def _request(user: Any) -> HttpRequest:
    request = RequestFactory().get("/d/midori/orders/?q=x")
    request.user = user
    return request


def _nav(count: int) -> list[dict[str, Any]]:
    words = ("Home", "Orders", "Parcels", "Returns", "Messages", "Events")
    return [
        {"url": f"/{word}", "label": word, "icon": "house", "active": at == 1, "count": at}
        for at, word in enumerate(words[:count])
    ]


@pytest.mark.parametrize(("entries", "more"), [(4, False), (6, True)])
def test_the_dashboard_frame_has_its_landmarks(entries: int, more: bool) -> None:
    user = SimpleNamespace(email="owner@example.com", name="")
    context = {"merchant": SHOP, "memberships": [SHOP], "rail": {"nav": _nav(entries)}}
    page = render_to_string("dashboard/base.html", context, request=_request(user))
    assert page.count("<main") == 1
    assert 'aria-current="page"' in page
    assert ("rail-more" in page) == more
    assert reverse("account_logout") in page
    assert reverse("set_language") in page
    assert "csrfmiddlewaretoken" in page
    assert "hx-get" not in page


def test_the_command_bar_asks_the_server_where_it_may() -> None:
    user = SimpleNamespace(email="owner@example.com", name="Aiko")
    context = {"merchant": SHOP, "rail": {"nav": []}, "search_url": "/d/midori/search/"}
    page = render_to_string("dashboard/base.html", context, request=_request(user))
    assert 'hx-get="/d/midori/search/"' in page


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_shopper_frame_needs_no_cookie_and_no_script(language: str) -> None:
    other = "ja" if language == "en" else "en"
    with override(language):
        page = render_to_string("site/base.html", {"merchant": SHOP, "theme_url": "/theme.css"})
    assert f'<html lang="{language}">' in page
    assert f'href="?lang={other}"' in page
    assert "<script" not in page
    assert "csrf" not in page
    assert 'href="/theme.css"' in page
    assert "mailto:help@midori.example" in page


def test_a_logo_stands_for_the_name() -> None:
    values = {"merchant": SHOP, "logo_url": "/logo.png", "logo_width": 120, "logo_height": 32}
    page = render_to_string("site/base.html", values)
    assert '<img src="/logo.png" alt="Midori" height="32" width="120">' in page


@pytest.mark.parametrize("code", [400, 403, 404, 500])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_error_pages_stand_alone(code: int, language: str) -> None:
    with override(language):
        page = render_to_string(f"{code}.html")
    assert f'<html lang="{language}">' in page
    assert page.count("<h1>") == 1


def test_the_style_guide_is_for_staff() -> None:
    answer = styleguide(_request(AnonymousUser()))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_the_style_guide_shows_everything_four_times() -> None:
    answer = styleguide(_request(User(email="owner@example.com")))
    page = answer.content.decode()
    for name in samples.SPECIMENS:
        assert f'id="{name}"' in page
    for language in samples.LANGUAGES:
        for theme in samples.THEMES:
            cell = f'<div class="guide-cell" lang="{language}" data-theme="{theme}">'
            assert page.count(cell) == len(samples.SPECIMENS)
    ids = [part.split('"')[0] for part in page.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


DOORS = [
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_signup",
    "account_inactive",
]


@pytest.mark.django_db
@pytest.mark.parametrize("name", DOORS)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_doors_open_in_both_languages(name: str, language: str) -> None:
    client = Client(headers={"accept-language": language})
    page = client.get(reverse(name)).content.decode()
    assert f'<html lang="{language}">' in page
    assert 'class="entrance"' in page
    assert page.count("<h1>") == 1


@pytest.mark.django_db
def test_a_wrong_password_is_said_at_the_form() -> None:
    data = {"login": "nobody@example.com", "password": "wrong"}
    page = Client().post(reverse("account_login"), data).content.decode()
    assert "alert-problem" in page


@pytest.mark.django_db
def test_a_dead_reset_link_offers_a_new_one() -> None:
    url = reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "dead"})
    page = Client().get(url, follow=True).content.decode()
    assert reverse("account_reset_password") in page


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_logout", "account_change_password", "account_email"])
def test_people_inside_see_the_same_doors(name: str) -> None:
    client = Client()
    client.force_login(
        User.objects.create_user("owner@example.com", "correct horse battery"),
        backend=settings.AUTHENTICATION_BACKENDS[0],
    )
    page = client.get(reverse(name), follow=True).content.decode()
    assert 'class="entrance"' in page
