"""Moving in: opening a shop from four answers, and noting the first steps that leave no trace."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import cast

from django.db import transaction
from PIL import Image

from commerce.errors import AddressTaken
from commerce.events import SetupPutAway, ShopOpened, ShopperPageSeen
from commerce.models import Merchant, User
from commerce.models.setup import SetupProgress
from commerce.rules import accent_of, first_language, readable_accent, short_name
from commerce.services.appearance import LOGO_BOX, change_look
from commerce.services.images import reencode
from commerce.services.merchants import open_shop
from postexp.design.colour import Rgb
from postexp.design.theme import Theme
from postexp.kernel.events import append
from postexp.kernel.tenancy import merchant_scope

# A logo has few colours; more than these are shades of its edges.
COLOURS = 24


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What a new shop is asked. `colour` is `#rrggbb` or empty, `logo` an untrusted upload.

    `slug` may be empty where the name has Latin letters: the address is made of them then.
    """

    name: str
    locales: Sequence[str]
    country: str
    currency: str
    time_zone: str
    support_email: str
    slug: str = ""
    colour: str = ""
    logo: bytes | None = None


def set_up_shop(answers: Answers, *, owner: User, at: datetime) -> Merchant:
    """Open a shop with its first look. Publishes ShopOpened, StaffChanged and MerchantChanged.

    The accent is the given colour, else the logo's own, in the nearest shade that can be read. A
    shop with neither keeps the plain theme, to be chosen later. Its name is kept in the language
    it falls back to. Raises BadImage and AddressTaken.
    """
    accent = answers.colour or (logo_accent(answers.logo) if answers.logo else None)
    with transaction.atomic():
        merchant = _open(answers, owner, at)
        with merchant_scope(merchant.pk):
            append(ShopOpened(merchant_public_id=merchant.public_id), at=at, actor=owner.actor)
            if accent or answers.logo:
                theme = Theme(accent=readable_accent(accent)) if accent else Theme()
                merchant = change_look(
                    merchant=merchant, theme=theme, logo=answers.logo, by=owner, at=at
                )
    return merchant


def logo_accent(logo: bytes) -> str | None:
    """Return the colour a logo is known by as `#rrggbb`, None for one of greys. Raises BadImage."""
    picture = reencode(logo, box=LOGO_BOX)
    with Image.open(io.BytesIO(picture.content)) as drawn:
        seen = drawn.convert("RGBA")
    # Of a picture with four bands a colour is four numbers.
    counted = cast(
        "list[tuple[int, tuple[int, int, int, int]]]",
        seen.quantize(COLOURS).convert("RGBA").getcolors() or [],
    )
    opaque = [(times, Rgb(*colour[:3])) for times, colour in counted if colour[3] > 127]
    return accent_of(opaque)


def note_page_seen(*, merchant: Merchant, by: User, at: datetime) -> None:
    """Note that staff looked at a shopper's page. Publishes ShopperPageSeen, the first time."""
    with transaction.atomic():
        progress = _progress()
        if progress.page_seen_at is None:
            progress.page_seen_at = at
            progress.save()
            seen = ShopperPageSeen(merchant_public_id=merchant.public_id)
            append(seen, at=at, actor=by.actor)


def put_setup_away(*, merchant: Merchant, by: User, at: datetime) -> None:
    """Take the list of first steps off the home page. Publishes SetupPutAway, the first time."""
    with transaction.atomic():
        progress = _progress()
        if progress.put_away_at is None:
            progress.put_away_at = at
            progress.save()
            append(SetupPutAway(merchant_public_id=merchant.public_id), at=at, actor=by.actor)


def _progress() -> SetupProgress:
    """Return the shop's row, locked; made where there is none."""
    SetupProgress.objects.get_or_create()
    locked: SetupProgress = SetupProgress.objects.select_for_update(no_key=True).get()
    return locked


def _open(answers: Answers, owner: User, at: datetime) -> Merchant:
    language = first_language(answers.country, list(answers.locales))
    for slug in _slugs(answers):
        try:
            return open_shop(
                owner=owner,
                at=at,
                slug=slug,
                locales=list(answers.locales),
                default_locale=language,
                country=answers.country,
                currency=answers.currency,
                time_zone=answers.time_zone,
                support_email=answers.support_email,
                **{"name_ja" if language == "ja" else "name_en": answers.name},
            )
        except AddressTaken:
            # One that was asked for is refused; one made of the name gets the next number.
            if answers.slug:
                raise
    raise AssertionError("There is always one more number.")


def _slugs(answers: Answers) -> Iterator[str]:
    """Yield short names for addresses: the one asked for, else such as can be made of the name."""
    name = answers.slug or short_name(answers.name)
    yield name
    for number in count(2):
        yield f"{name}-{number}"
