"""The language of a request, for a stack that has no session and answers no page of its own."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation


class SpeaksCallersLanguage:
    """Speak what the caller's cookie or browser asks for, not what the thread spoke before.

    Only refusals are worded here, so answers do not vary by it: what caches keep, such as a theme,
    is the same for all.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "HTTP_ACCEPT_LANGUAGE" in request.META or "HTTP_COOKIE" in request.META:
            translation.activate(translation.get_language_from_request(request))
        else:  # a machine, which names none
            translation.activate(settings.LANGUAGE_CODE)
        return self.get_response(request)
