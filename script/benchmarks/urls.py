"""The product's addresses, and a view that does nothing behind each stack of middleware."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from postexp.urls import urlpatterns as product


def empty(request: HttpRequest) -> HttpResponse:
    """Answer with nothing."""
    return HttpResponse()


urlpatterns = [
    path("empty/", empty),
    path("webhooks/empty/", empty),
    # At the same level as in the product, which an `include` here would add one to.
    *product,
]
