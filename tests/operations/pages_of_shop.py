"""Run as a process of its own: print what the pages of a shop show, to compare two databases."""

import json
import re
import sys
from datetime import UTC, datetime

import django

# What is new in each answer: tokens against forged forms.
FRESH = re.compile(
    r'csrfmiddlewaretoken" value="[^"]+"|"X-CSRFToken": "[^"]+"|csrf-token" content="[^"]+"'
)
PAGES = (
    "",
    "orders/",
    "returns/",
    "parcels/",
    "messages/",
    "events/",
    "settings/",
    "settings/connections/",
)


def main(slug: str, email: str) -> None:
    """Print a JSON object of page texts by path, as they show at one fixed instant."""
    django.setup()
    import time_machine
    from django.test import Client

    from commerce.models import Merchant, Order, User
    from postexp.kernel.tenancy import merchant_scope

    with time_machine.travel(datetime(2027, 1, 1, tzinfo=UTC), tick=False):
        client = Client()
        client.force_login(User.objects.get(email=email))
        with merchant_scope(Merchant.objects.get(slug=slug).pk):
            orders = [f"orders/{order.public_id}/" for order in Order.objects.all()]
        shown = {}
        for path in (*PAGES, *orders):
            answer = client.get(f"/d/{slug}/{path}")
            text = FRESH.sub("", answer.content.decode())
            shown[path] = f"{answer.status_code} {text}"
    sys.stdout.write(json.dumps(shown))


main(*sys.argv[1:])
