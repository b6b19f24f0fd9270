"""The shopper's credit notes: each opens with a signed link of its own."""

from __future__ import annotations

from io import BytesIO

from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe

from commerce.access import ShopperRequest, shopper_view
from postexp.kernel import signing
from returns import selectors
from returns.serializers.credit_note_pdf import credit_note_pdf
from returns.serializers.credit_notes import note_of_token, paper_name


@require_safe
@shopper_view
def credit_note(request: ShopperRequest, token: str) -> FileResponse:
    """Download a credit note in the language of the moment."""
    try:
        note = selectors.access_credit_note(note_of_token(token))
    except signing.BadToken:
        raise Http404 from None
    paper = BytesIO(credit_note_pdf(note, locale=request.locale))
    response = FileResponse(paper, as_attachment=True, filename=paper_name(note))
    # The token is in the address: nothing is kept on the way, and no referrer goes to anyone.
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response
