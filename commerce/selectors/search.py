"""What the words of the command bar may mean among customers."""

from __future__ import annotations

from django.db.models import Q

from commerce.models import Customer


def find_customers(words: str, *, limit: int) -> list[Customer]:
    """Return the newest customers whose e-mail, phone or names begin with the words, up to `limit`.

    Every one of several words must fit, in whichever order a name is written.
    """
    found = Customer.objects.all()
    for word in words.split():
        found = found.filter(
            Q(email__istartswith=word)
            | Q(phone__startswith=word)
            | Q(family_name__istartswith=word)
            | Q(given_name__istartswith=word)
            | Q(family_kana__istartswith=word)
            | Q(given_kana__istartswith=word)
        )
    return list(found.order_by("-id")[:limit])
