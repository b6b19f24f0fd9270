"""Settings > Storefront: the lines to paste into a shop's pages, and how they look."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from commerce import links
from commerce.access import StaffRequest, staff_view
from commerce.domains import origin_of
from commerce.enums import Right
from integrations.embed.site import script, script_hash


@staff_view(Right.CONFIGURE)
@require_GET
def embed_page(request: StaffRequest) -> HttpResponse:
    """The lines to paste, and a page of one's own to see them on."""
    shop = links.site_url(request.merchant, "site:lookup")
    source = settings.BASE_URL + reverse("embed_latest")
    context = {
        "snippet": f'<script type="module" src="{source}"></script>\n'
        f'<postexp-orders shop="{shop}"></postexp-orders>',
        "shop": reverse("site:lookup", args=[request.merchant.slug]),
        "origins": list(dict.fromkeys([settings.BASE_URL, origin_of(request.merchant)])),
        "source": reverse("embed_hashed", args=[script_hash()]),
        "bytes": len(script()),
    }
    return render(request, "integrations/embed/page.html", context)
