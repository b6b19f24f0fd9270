"""The product's addresses, and a view that does nothing behind each stack of middleware."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def empty(request: HttpRequest) -> HttpResponse:
    """Answer with nothing."""
    return HttpResponse()


urlpatterns = [
    path("empty/", empty),
    path("webhooks/empty/", empty),
    path("", include("postexp.urls")),
]
