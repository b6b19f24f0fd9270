"""Security headers: on every answer, unless a view chose stricter or other ones itself."""

import pytest
from django.http import HttpRequest, HttpResponse

from postexp.kernel.headers import SecurityHeaders


def answer(**headers: str) -> HttpResponse:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return SecurityHeaders(lambda _: HttpResponse(headers=given))(HttpRequest())


def test_an_answer_runs_no_foreign_or_inline_code() -> None:
    policy = answer()["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "camera=()" in answer()["Permissions-Policy"]


def test_an_answer_stays_out_of_shared_caches() -> None:
    assert set(answer()["Cache-Control"].split(", ")) == {"private", "no-cache"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Content-Security-Policy", "default-src 'none'; sandbox"),
        ("Permissions-Policy", "camera=(self)"),
        ("Cache-Control", "public, max-age=31536000, immutable"),
    ],
)
def test_a_view_may_choose_its_own(name: str, value: str) -> None:
    assert answer(**{name.replace("-", "_"): value})[name] == value
