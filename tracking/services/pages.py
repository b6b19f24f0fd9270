"""The prepared tracking page: made when its order changes and on first read, then one row.

`wanted` counts the changes and `made` names the change a body was made after. A body made from
older facts never replaces one made from newer ones, whoever comes first, without any lock.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from commerce import selectors as commerce
from postexp.kernel import slots
from tracking.models import PreparedPage
from tracking.selectors.pages import Prepared
from tracking.serializers import tell_order

if TYPE_CHECKING:
    from commerce.models import Order

logger = logging.getLogger(__name__)

EDITION = 9
"""Raise it when the templates of the page change: every prepared page is then made anew."""

LOCALES = ("en", "ja")

MEND_AFTER = timedelta(minutes=5)
"""When a page on which a room's panel failed is made again."""


class _Part(NamedTuple):
    """What a room shows on the page, "" for nothing, and whether it could."""

    ages: bool
    shown: str
    is_whole: bool


def recipe() -> str:
    """Return what every body must be made with: this edition, and these style sheets."""
    return f"{EDITION}:{getattr(staticfiles_storage, 'manifest_hash', '')}"


def is_true(page: Prepared, *, at: datetime) -> bool:
    """Whether a prepared body may be shown now."""
    return (
        page.is_current
        and page.recipe == recipe()
        and (page.valid_until is None or at < page.valid_until)
    )


def prepare_page(order: Order, locale: str, *, at: datetime) -> PreparedPage:
    """Make the page of an order in one language, and keep it; return it as made."""
    page, _created = PreparedPage.objects.get_or_create(
        order_ref=order.public_id,
        locale=locale,
        defaults={
            "order": order,
            "slug": commerce.get_merchant().slug,
            "is_default": locale == _own_locale(order),
        },
    )
    return _make(page, order, at)


def refresh_pages(order_id: str, *, at: datetime) -> int:
    """Make the pages of an order anew, in the languages they were read in; return how many."""
    if not PreparedPage.objects.filter(order_ref=order_id).update(wanted=F("wanted") + 1):
        return 0
    pages = list(PreparedPage.objects.filter(order_ref=order_id).order_by("pk"))
    order = commerce.get_order(order_id)
    for page in pages:
        _make(page, order, at)
    return len(pages)


def outdate_pages() -> int:
    """Let every page of the shop be made anew when it is next read: its theme or name changed."""
    return PreparedPage.objects.update(wanted=F("wanted") + 1)


def spoken_locale(order: Order, asked: str) -> str:
    """Return the language to show an order's page in: the asked one, else the order's own."""
    return asked if asked in LOCALES else _own_locale(order)


def _own_locale(order: Order) -> str:
    own = order.locale[:2]
    return own if own in LOCALES else "en"


def _make(page: PreparedPage, order: Order, at: datetime) -> PreparedPage:
    merchant = commerce.get_merchant()
    page.slug = merchant.slug
    page.recipe = recipe()
    page.body, page.valid_until = _render(order, page.locale, at)
    page.etag = hashlib.sha256(page.body.encode()).hexdigest()[:32]
    page.made, page.made_at = page.wanted, at
    fields = ("slug", "recipe", "body", "valid_until", "etag", "made", "made_at")
    PreparedPage.objects.filter(pk=page.pk, made__lte=page.wanted).update(
        **{name: getattr(page, name) for name in fields}
    )
    return page


def _render(order: Order, locale: str, at: datetime) -> tuple[str, datetime | None]:
    merchant = commerce.get_merchant()
    with translation.override(locale), timezone.override(merchant.zone):
        story = tell_order(order, locale=locale, at=at)
        panels = [
            _Part(panel.ages, *_panel(panel, order, locale))
            for panel in slots.panels("tracking_page")
        ]
        context: dict[str, Any] = {
            **commerce.site_frame(merchant),
            "story": story,
            "order": order,
            "locale": locale,
            "home_url": reverse("site:lookup", args=[merchant.slug]),
            "panels": [part.shown for part in panels if part.shown],
        }
        body = render_to_string("tracking/site/page.html", context)
    if not all(part.is_whole for part in panels):
        return body, at + MEND_AFTER
    # What other rooms say may age by the day too: a return window ends at midnight.
    ages = story.ages or any(part.ages and part.shown for part in panels)
    return body, story.midnight if ages else None


def _panel(panel: slots.Panel, order: Order, locale: str) -> tuple[str, bool]:
    """Return what a room shows, and whether it could; a room that fails leaves its link."""
    context = {"order_id": order.public_id, "locale": locale}
    try:
        with transaction.atomic():
            return panel.render(None, context), True
    except Exception as error:
        logger.warning("the panel %s failed: %s", panel.name, type(error).__name__)
    return panel.fallback(None, context) if panel.fallback else "", False
