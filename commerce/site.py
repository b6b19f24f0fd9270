"""What shoppers' browsers load of a shop: its stylesheet and its pictures."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from django.views.static import serve

from commerce.domains import shop_of_domain
from commerce.selectors import shop_at, theme_of, theme_sheet

YEAR = 31_536_000
# Only what we encoded ourselves is served, and only as pictures.
PICTURES = {"logos", "products", "messages"}
SUFFIXES = {".png", ".jpg", ".webp"}


@require_safe
def theme(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """The stylesheet of a shop's theme. Its address changes with its content, so it is kept.

    A page made before the theme changed asks under the old name: it gets the new theme, to be
    asked for again soon.
    """
    merchant = shop_at(slug)
    if merchant is None:
        raise Http404
    css, current = theme_sheet(theme_of(merchant))
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    if name == current:
        patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    else:
        patch_cache_control(response, public=True, max_age=60)
    return response


@require_safe
def known_domain(request: HttpRequest) -> HttpResponse:
    """Answer 200 for the proven domain of a shop, else 404.

    Asked by a proxy before it gets a certificate for a name (`?domain=`).
    """
    if shop_of_domain(request.GET.get("domain", "").lower()) is None:
        raise Http404
    return HttpResponse("known", content_type="text/plain")


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A picture of ours; file names never come back with another content, so they are kept."""
    wanted = PurePosixPath(path)
    if len(wanted.parts) != 2 or wanted.parts[0] not in PICTURES or wanted.suffix not in SUFFIXES:
        raise Http404
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    return response
