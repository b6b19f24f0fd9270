"""HTMX: page or part, toasts in headers, redirects that htmx understands."""

import json

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.translation import gettext_lazy, override
from django_htmx.middleware import HtmxMiddleware

from postexp.kernel import htmx

PAGE, PART = "commerce/orders/list.html", "commerce/orders/_rows.html"


def request_with(**headers: str) -> HttpRequest:
    request = RequestFactory().get("/orders/", headers=headers)
    HtmxMiddleware(lambda _: HttpResponse())(request)
    return request


@pytest.mark.parametrize(
    ("headers", "template"),
    [
        ({}, PAGE),
        ({"HX-Request": "true"}, PART),
        ({"HX-Request": "true", "HX-Boosted": "true"}, PAGE),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, PAGE),
    ],
)
def test_the_server_chooses_page_or_part(
    monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], template: str
) -> None:
    def render(
        request: HttpRequest, name: str, context: dict[str, object], status: int
    ) -> HttpResponse:
        return HttpResponse(f"{name} {context['q']}", status=status)

    monkeypatch.setattr(htmx, "render_template", render)
    response = htmx.render(
        request_with(**headers), page=PAGE, part=PART, context={"q": "mug"}, status=422
    )
    assert response.content.decode() == f"{template} mug"
    assert response.status_code == 422
    assert response["Vary"] == "HX-Request", "a cache must not hand out a part as the page"


def test_a_toast_travels_in_a_header_in_any_language() -> None:
    with override("ja"):
        response = htmx.toast(HttpResponse(), gettext_lazy("Orders"), undo_url="/undo/")
    said = response["HX-Trigger"]
    assert said.isascii()
    assert json.loads(said) == {"toast": {"text": "注文", "kind": "good", "undo": "/undo/"}}


def test_a_toast_of_a_problem_has_no_undo() -> None:
    response = htmx.toast(HttpResponse(), "No", kind="problem")
    assert json.loads(response["HX-Trigger"])["toast"] == {
        "text": "No",
        "kind": "problem",
        "undo": "",
    }


def test_a_form_is_redirected_by_status_and_htmx_by_header() -> None:
    plain = htmx.redirect(request_with(), "/orders/")
    assert (plain.status_code, plain["Location"]) == (302, "/orders/")
    swapped = htmx.redirect(request_with(**{"HX-Request": "true"}), "/orders/")
    assert (swapped.status_code, swapped["HX-Redirect"]) == (204, "/orders/")
    assert not swapped.has_header("Location")
