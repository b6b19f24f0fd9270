"""Pages of a shop with three hundred thousand messages, beside those of a shop with a thousand:
the list with its filters and its search, the report, and what shoppers answered.

Messages, their sendings and receipts are made up and written by COPY, spread evenly over a year.
Pages of both shops take turns, so that they meet the same machine.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import django

from benchmarks.sizes import Limits, compare, copy_lines

SMALL, LARGE = 1_000, 300_000
DAYS = 365
KINDS = ("order.thanks", "shipment.shipped", "shipment.out_for_delivery", "shipment.delivered")
FAMILY, GIVEN = ("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺"), ("花", "陽菜", "蓮", "湊", "結衣")
AT_MOST = Limits(seconds=1.0, ratio=1.5, queries=14)
# A report reads every sending of its days: it is bound by its time alone.
REPORT_AT_MOST = Limits(seconds=1.0, ratio=math.inf, queries=14)
LIST = "messages/"
PAGES = (
    LIST,
    *(f"{LIST}?{words}" for words in ("view=sent", "view=unsent", "kind=order.thanks")),
    f"{LIST}?why=no_consent",
    *(f"{LIST}?q={words}" for words in ("M77", "reader77@", "佐藤", "nobody")),
    f"{LIST}received/",
    f"{LIST}kinds/",
)
REPORTS = tuple(f"{LIST}report/{words}" for words in ("", "?by=channel", "?days=90"))
CHUNK = 20_000


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A shop with so many messages."""

    slug: str
    messages: int
    merchant_id: int


def open_shop_of(slug: str, messages: int, owner: Any, at: datetime) -> Shop:
    """Open a shop that has not sent anything yet."""
    from commerce.services.merchants import open_shop
    from integrations.demo.shops import SHOPS

    merchant = open_shop(owner=owner, at=at, **{**SHOPS[0].settings, "slug": slug})
    return Shop(slug=slug, messages=messages, merchant_id=merchant.pk)


def fill(shop: Shop, at: datetime) -> None:
    """Write the messages of a shop, what channels took of them, and what they told."""
    from django.db import connection, transaction

    from notifications.models import Message, Receipt, Reply, Sending

    chance = Random(shop.slug)
    first = {model: next_row(model) for model in (Message, Sending)}
    shift = first[Sending] - first[Message]
    for begin in range(first[Message], first[Message] + shop.messages, CHUNK):
        rows = range(begin, min(begin + CHUNK, first[Message] + shop.messages))
        told = [made_up(shop, row, chance, at) for row in rows]
        with transaction.atomic():
            copy_lines(Message, MESSAGE, ("\t".join(one[name] for name in MESSAGE) for one in told))
            sent = [one for one in told if one["state"] == "sent"]
            copy_lines(Sending, SENDING, (sending(one, shift) for one in sent))
            copy_lines(Receipt, RECEIPT, receipts(sent, shift, chance))
            copy_lines(Reply, REPLY, (reply(one) for one in sent if chance.random() < 0.01))
    with connection.cursor() as cursor:
        for model, row in first.items():
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)",
                [model._meta.db_table, row + shop.messages],
            )


def next_row(model: Any) -> int:
    """Return the first key that no row has."""
    newest = model.every_merchant.order_by("-pk").first()
    return newest.pk + 1 if newest else 1


MESSAGE = (
    *("id", "merchant_id", "public_id", "kind", "object_id", "klass", "channel", "address"),
    *("name", "locale", "customer_id", "order_id", "order_number", "state", "reason"),
    *("subject", "html", "text", "event_id", "planned_at", "send_at", "expires_at", "settled_at"),
)
SENDING = (
    *("id", "merchant_id", "message_id", "channel", "address", "key", "provider_id", "state"),
    *("began_at", "ended_at", "step", "kind", "locale"),
)
RECEIPT = ("merchant_id", "sending_id", "kind", "at")
REPLY = (
    *("merchant_id", "public_id", "channel", "address", "provider_id", "customer_id", "text"),
    "at",
)


def made_up(shop: Shop, row: int, chance: Random, at: datetime) -> dict[str, str]:
    """Return the columns of a message: one in ten was not sent, each with words of usual length."""
    moment = str(at - timedelta(days=chance.uniform(0, DAYS)))
    reader, is_sent = row // 4, chance.random() < 0.9
    return {
        "id": str(row),
        "merchant_id": str(shop.merchant_id),
        "public_id": f"msg_bench{row}",
        "kind": KINDS[row % 4],
        "object_id": f"bench{row}",
        "klass": "transactional",
        "channel": chance.choice(("email", "email", "line")),
        "address": f"reader{reader}@example.jp",
        "name": f"{chance.choice(FAMILY)} {chance.choice(GIVEN)}",
        "locale": "ja",
        "customer_id": f"cus_bench{reader}",
        "order_id": f"ord_bench{reader}",
        "order_number": f"#M{reader}",
        "state": "sent" if is_sent else "refused",
        "reason": "" if is_sent else chance.choice(("no_consent", "no_address", "no_longer_true")),
        "subject": f"ご注文 #M{reader} の商品を発送しました",
        "html": "<p>ご注文ありがとうございます。</p>" * 40,
        "text": "ご注文ありがとうございます。" * 20,
        "event_id": str(row),
        **dict.fromkeys(("planned_at", "send_at", "expires_at", "settled_at"), moment),
    }


def sending(message: dict[str, str], shift: int) -> str:
    """Return the sending of a message as a line of COPY."""
    row = int(message["id"]) + shift
    when = message["settled_at"]
    return "\t".join(
        (
            *(str(row), message["merchant_id"], message["id"], message["channel"]),
            *(message["address"], f"bench {row}", f"p{row}", "accepted", when, when, "0"),
            *(message["kind"], message["locale"]),
        )
    )


def receipts(sent: list[dict[str, str]], shift: int, chance: Random) -> Iterator[str]:
    """Yield what channels told of messages as lines of COPY: most arrived, some were opened."""
    for message in sent:
        row = int(message["id"]) + shift
        for kind, share in (("delivered", 0.98), ("opened", 0.4), ("clicked", 0.1)):
            if chance.random() < share:
                yield "\t".join((message["merchant_id"], str(row), kind, message["settled_at"]))


def reply(message: dict[str, str]) -> str:
    """Return an answer to a message as a line of COPY."""
    names = ("merchant_id", "channel", "address", "customer_id")
    merchant, channel, address, customer = (message[name] for name in names)
    number = message["id"]
    return "\t".join(
        (
            *(merchant, f"rpl_bench{number}", channel, address, f"in{number}", customer),
            *("いつ届きますか", message["settled_at"]),
        )
    )


def main() -> int:
    """Fill both shops and compare their pages; return 1 where a limit is missed.

    The number of messages of the large shop can be named as the first argument.
    """
    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import override_settings

    from commerce.models import User
    from postexp.kernel import clock

    at = clock.now()
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else LARGE
    owner = User.objects.create_user("sent@postexp.example", name="Bench Owner")
    small = open_shop_of("bench-quiet", SMALL, owner, at)
    large = open_shop_of("bench-busy", messages, owner, at)
    for shop in (small, large):
        began = time.perf_counter()
        fill(shop, at)
        print(f"{shop.messages:,} messages written in {time.perf_counter() - began:.0f} s")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    with override_settings(ALLOWED_HOSTS=["*"]):
        client = Client()
        client.force_login(owner)
        lists = compare(client, small, large, PAGES, AT_MOST)
        reports = compare(client, small, large, REPORTS, REPORT_AT_MOST)
        return 0 if lists and reports else 1


if __name__ == "__main__":
    sys.exit(main())
