"""Bringing in what a shop had before it was connected: products, customers, orders.

Small shops are read page by page, large ones by Shopify's bulk operations. It goes in slices, each
of some seconds: one that is killed is taken up again where it had got to, and nothing is counted or
kept twice, for every object goes the way of its webhook.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, F, IntegerField, Q, Value, When

from integrations.models import (
    OPEN_BACK_FILLS,
    BackFill,
    BackFillKind,
    BackFillState,
    Connection,
)
from integrations.shopify import access
from integrations.shopify.client import ShopifyClient, read_operation
from integrations.shopify.errors import (
    BulkFailed,
    Busy,
    ResultGone,
    ShopifyError,
    TooCostly,
    Unanswered,
)
from integrations.shopify.inbound import read_customer, read_order, read_product
from integrations.shopify.parse import admin
from postexp.kernel import ids
from postexp.kernel.inbox import Unreadable

logger = logging.getLogger(__name__)

# More than so many are asked for by a bulk operation, which costs no points.
LARGE = 2_000
SLICE_SECONDS = 20.0
LEASE = timedelta(seconds=90)
POLL_SECONDS = 1.0
# Of a bulk operation's result so much is fetched at once.
CHUNK = 1024 * 1024
LARGEST_CHUNK = 8 * CHUNK
NODES_AT_ONCE = 25
# Of the rest of a long list so many are fetched at once.
REST_AT_ONCE = 100
MOST_FAILURES = 5

Node = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How objects of one kind are read: from the API to a webhook's body, and from there in."""

    body: Callable[[Node], bytes]
    take_in: Callable[[bytes, datetime], object]
    # What of an object stands in lines of its own in a bulk result, by type.
    parts: dict[str, str]
    # The list that may be longer than a page holds, and the operation for its rest.
    long_list: tuple[str, str] | None = None
    # The same of what an object holds, by where that stands.
    long_lists_within: dict[str, tuple[str, str]] = field(default_factory=dict)


KINDS: dict[str, Kind] = {
    BackFillKind.PRODUCTS: Kind(
        body=admin.product_body,
        take_in=read_product,
        parts={"": "variants"},
        long_list=("variants", "product_variants"),
    ),
    BackFillKind.CUSTOMERS: Kind(body=admin.customer_body, take_in=read_customer, parts={}),
    BackFillKind.ORDERS: Kind(
        body=admin.order_body,
        take_in=read_order,
        parts={
            "LineItem": "lineItems",
            "ShippingLine": "shippingLines",
            "": "discountApplications",
        },
        long_list=("lineItems", "order_lines"),
        long_lists_within={
            "fulfillments": ("fulfillmentLineItems", "fulfilment_lines"),
            "refunds": ("refundLineItems", "refund_lines"),
        },
    ),
}
ORDER_OF_KINDS = Case(
    *(When(kind=kind, then=Value(place)) for place, kind in enumerate(BackFillKind.values)),
    output_field=IntegerField(),
)

# A cancelled back-fill whose bulk operation may still run: its result was never seen.
UNDER_WAY_AT_SHOPIFY = Q(state=BackFillState.CANCELLED, bulk_url="") & ~Q(bulk_id="")


def start(connection: Connection, *, at: datetime) -> list[BackFill]:
    """Begin to bring in everything; what is under way already goes on."""
    with transaction.atomic():
        Connection.objects.select_for_update().get(pk=connection.pk)
        under_way = set(_open(connection).values_list("kind", flat=True))
        for kind in BackFillKind.values:
            if kind not in under_way:
                BackFill.objects.create(connection=connection, kind=kind, started_at=at)
        _open(connection).exclude(state=BackFillState.RUNNING).update(
            state=BackFillState.RUNNING, failures=0, problem="", problem_detail=""
        )
    return list_back_fills(connection)


def pause(connection: Connection) -> None:
    """Let it rest after the object that is being read."""
    _open(connection).filter(state=BackFillState.RUNNING).update(state=BackFillState.PAUSED)


def cancel(connection: Connection, *, at: datetime) -> None:
    """End it; what has come in stays. What Shopify is still at is left to `stop_bulk`."""
    _open(connection).update(state=BackFillState.CANCELLED, finished_at=at, claim="")


def stop_bulk(connection: Connection) -> None:
    """Cancel what Shopify still puts together for back-fills that were cancelled.

    Where Shopify gives no answer it is asked again later: see `list_to_stop`. Where it refuses,
    the operation has ended, or we may no longer ask.
    """
    left = BackFill.objects.filter(UNDER_WAY_AT_SHOPIFY, connection=connection)
    with access.open_client(connection) as client:
        for back_fill in left.order_by("id"):
            try:
                client.run("bulk_cancel", {"id": back_fill.bulk_id})
            except (Busy, Unanswered) as error:
                logger.warning("back-fill %s: not stopped: %s", back_fill.public_id, error.kind)
                continue
            except ShopifyError as error:
                logger.info("back-fill %s: nothing to stop: %s", back_fill.public_id, error.kind)
            left.filter(pk=back_fill.pk).update(bulk_id="")


def list_to_stop() -> list[tuple[int, int]]:
    """Return the connections of every shop with such work at Shopify, as (merchant, connection)."""
    left = BackFill.every_merchant.filter(UNDER_WAY_AT_SHOPIFY).order_by()
    return list(left.values_list("merchant_id", "connection_id").distinct())


def list_back_fills(connection: Connection) -> list[BackFill]:
    """Return the latest back-fill of each kind, in the order they run."""
    latest = BackFill.objects.filter(connection=connection).order_by("kind", "-id")
    return sorted(latest.distinct("kind"), key=lambda one: BackFillKind.values.index(one.kind))


def list_waiting(*, at: datetime) -> list[tuple[int, int]]:
    """Return the connections of every shop with work nobody is at, as (merchant, connection)."""
    running = BackFill.every_merchant.filter(state=BackFillState.RUNNING)
    busy = running.filter(claimed_until__gte=at).values("connection")
    idle = running.exclude(connection__in=busy).filter(connection__ended_at=None)
    return list(idle.order_by().values_list("merchant_id", "connection_id").distinct())


def run_slice(
    connection: Connection,
    *,
    now: Callable[[], datetime],
    seconds: float = SLICE_SECONDS,
) -> bool:
    """Work for some seconds on what a connection's shop had before; return whether more is left.

    Of several that are called at once one works, and the others return False. What went wrong is
    noted on the back-fill: it is tried again, or waits for staff where only they can mend it.
    """
    back_fill = _claim(connection, at=now())
    if back_fill is None:
        return False
    try:
        with access.open_client(connection) as client:
            _Slice(back_fill, client, now=now, ends_at=time.monotonic() + seconds).run()
    except Stopped:
        return False
    except (Busy, Unanswered, ResultGone) as error:
        _note_failure(back_fill, error.kind, error.detail)
        return False
    except ShopifyError as error:
        _keep(
            back_fill,
            state=BackFillState.FAILED,
            problem=error.kind,
            problem_detail=error.detail[:1000],
        )
        return False
    except Exception as error:
        _note_failure(back_fill, "ShopifyError", type(error).__name__)
        raise
    finally:
        BackFill.objects.filter(pk=back_fill.pk, claim=back_fill.claim).update(
            claim="", claimed_until=None
        )
    return bool(_open(connection).filter(state=BackFillState.RUNNING).exists())


class Stopped(Exception):
    """Staff paused or cancelled it, or another worker has taken over."""


class _Slice:
    """One worker's turn at one back-fill."""

    def __init__(
        self,
        back_fill: BackFill,
        client: ShopifyClient,
        *,
        now: Callable[[], datetime],
        ends_at: float,
    ) -> None:
        self._row = back_fill
        self._client = client
        self._now = now
        self._ends_at = ends_at
        self._kind = KINDS[back_fill.kind]

    def run(self) -> None:
        if self._row.total is None:
            counts = self._client.run("counts")
            self._keep(total=int(counts[self._row.kind]["count"]))
        if (self._row.total or 0) > LARGE and not self._row.cursor:
            self._run_bulk()
        else:
            self._run_pages()

    @property
    def _has_time(self) -> bool:
        return time.monotonic() < self._ends_at

    def _keep(self, **values: Any) -> None:
        """Keep how far it has got, and the claim on it; raises Stopped where that is lost."""
        _keep(self._row, claimed_until=self._now() + LEASE, **values)

    def _finish(self) -> None:
        self._keep(
            state=BackFillState.DONE, total=self._row.done, finished_at=self._now(), failures=0
        )

    # ---- Page by page ---------------------------------------------------------------------------

    def _run_pages(self) -> None:
        while True:
            page = self._page()
            nodes = page["nodes"]
            for node in nodes:
                self._complete(node)
            skipped = self._take_in(nodes)
            self._keep(
                done=self._row.done + len(nodes),
                skipped=self._row.skipped + skipped,
                cursor=page["pageInfo"]["endCursor"] or self._row.cursor,
                failures=0,
                problem="",
                problem_detail="",
            )
            if not page["pageInfo"]["hasNextPage"]:
                self._finish()
                return
            if not self._has_time:
                return

    def _page(self) -> Node:
        """Return the next page; where it costs too much, a smaller one."""
        while True:
            asked = {"first": self._row.page_size, "after": self._row.cursor or None}
            try:
                page: Node = self._client.run(self._row.kind, asked)["page"]
            except TooCostly:
                if self._row.page_size == 1:
                    raise
                self._keep(page_size=max(1, self._row.page_size // 2))
            else:
                return page

    def _complete(self, node: Node) -> None:
        """Fetch the rest of the lists of a page's object that are longer than a page holds."""
        if self._kind.long_list is not None:
            self._read_on(node, *self._kind.long_list)
        self._complete_within(node)

    def _complete_within(self, node: Node) -> None:
        """Fetch the rest of the long lists of what an object holds."""
        for place, (name, operation) in self._kind.long_lists_within.items():
            for held in node[place]:
                self._read_on(held, name, operation)

    def _read_on(self, node: Node, name: str, operation: str) -> None:
        info = node[name]["pageInfo"]
        while info["hasNextPage"]:
            asked = {"id": node["id"], "first": REST_AT_ONCE, "after": info["endCursor"]}
            rest = self._client.run(operation, asked)["node"]["rest"]
            node[name]["nodes"] += rest["nodes"]
            info = rest["pageInfo"]

    # ---- In bulk --------------------------------------------------------------------------------

    def _run_bulk(self) -> None:
        if not self._row.bulk_url and not self._await_bulk():
            return
        length = CHUNK
        while self._row.offset < self._row.bulk_size:
            try:
                chunk = self._client.fetch(
                    self._row.bulk_url, start=self._row.offset, length=length
                )
            except ResultGone:
                self._forget_result()
                raise
            if not chunk:
                raise BulkFailed("the result is shorter than it was")
            is_last = self._row.offset + len(chunk) >= self._row.bulk_size
            objects, read = split_objects(chunk, is_last=is_last, parts=self._kind.parts)
            if not read:
                # One object is longer than the chunk.
                length = length * 2
                if length > LARGEST_CHUNK:
                    raise BulkFailed("one object is too large")
                continue
            length = CHUNK
            for nodes, size in _batches(objects):
                self._add_movements(nodes)
                skipped = self._take_in(nodes)
                self._keep(
                    done=self._row.done + len(nodes),
                    skipped=self._row.skipped + skipped,
                    offset=self._row.offset + size,
                    failures=0,
                    problem="",
                    problem_detail="",
                )
                if not self._has_time and self._row.offset < self._row.bulk_size:
                    return
        self._finish()

    def _forget_result(self) -> None:
        """Begin with a new bulk operation next time: Shopify keeps the result of this no longer.

        What has come in already comes in once more, to the same objects.
        """
        self._keep(bulk_id="", bulk_url="", bulk_size=0, offset=0, done=0, skipped=0)

    def _await_bulk(self) -> bool:
        """Start the bulk operation or wait for it; return whether its result is there."""
        if not self._row.bulk_id:
            query = read_operation(f"{self._row.kind}_bulk")
            started = self._client.run("bulk_run", {"query": query})["bulkOperationRunQuery"]
            self._note_bulk(started["bulkOperation"]["id"])
        while True:
            operation = self._client.run("bulk_poll", {"id": self._row.bulk_id})["node"]
            if operation is None or operation["status"] in ("CANCELED", "EXPIRED", "FAILED"):
                self._keep(bulk_id="")
                raise BulkFailed((operation or {}).get("errorCode") or "it was cancelled")
            if operation["status"] == "COMPLETED":
                self._keep(
                    total=int(operation["rootObjectCount"]),
                    bulk_url=operation["url"] or "",
                    bulk_size=int(operation["fileSize"] or 0) if operation["url"] else 0,
                )
                return True
            self._keep()
            if not self._has_time:
                return False
            time.sleep(POLL_SECONDS)

    def _note_bulk(self, bulk_id: str) -> None:
        """Note which operation runs, also where staff paused or cancelled meanwhile: it is gone on
        with later, or cancelled at Shopify. Raises Stopped.
        """
        BackFill.objects.filter(pk=self._row.pk, bulk_id="").update(bulk_id=bulk_id)
        self._keep(bulk_id=bulk_id)

    def _add_movements(self, nodes: list[Node]) -> None:
        """Fetch what was sent and given back of orders: a bulk query cannot hold it."""
        if self._row.kind != BackFillKind.ORDERS:
            return
        moved = [node["id"] for node in nodes if node["fulfillments"] or node["refunds"]]
        if not moved:
            return
        found = self._client.run("order_movements", {"ids": moved})["nodes"]
        movements = {node["id"]: node for node in found if node}
        for node in nodes:
            if node["id"] in movements:
                node.update(movements[node["id"]])
                self._complete_within(node)

    def _take_in(self, nodes: list[Node]) -> int:
        """Take objects in, each by itself; return how many could not be read."""
        skipped = 0
        for node in nodes:
            try:
                self._kind.take_in(self._kind.body(node), self._now())
            except (Unreadable, KeyError, TypeError) as error:
                skipped += 1
                logger.warning(
                    "back-fill %s: %s could not be read: %s",
                    self._row.public_id,
                    node.get("id"),
                    type(error).__name__,
                )
        return skipped


def split_objects(
    chunk: bytes, *, is_last: bool, parts: dict[str, str]
) -> tuple[list[tuple[Node, int]], int]:
    """Return the whole objects a chunk of a bulk result begins with, and how many bytes they take.

    Each comes with its own length in bytes. Lines with a `__parentId` belong to the object before
    them; `parts` names the list they go to by their type, "" for any other. The last object counts
    as whole at the end of the result only.
    """
    objects: list[tuple[Node, int]] = []
    for line in chunk.splitlines(keepends=True):
        if not line.endswith(b"\n"):
            break
        data = json.loads(line)
        if "__parentId" not in data:
            objects.append(({**data, **{name: {"nodes": []} for name in parts.values()}}, 0))
        node, size = objects[-1]
        if "__parentId" in data:
            name = parts.get(data.get("__typename", ""), parts.get("", ""))
            node[name]["nodes"].append(data)
        objects[-1] = (node, size + len(line))
    if not is_last and objects:
        objects.pop()
    return objects, sum(size for _node, size in objects)


def _batches(objects: list[tuple[Node, int]]) -> Iterator[tuple[list[Node], int]]:
    for first in range(0, len(objects), NODES_AT_ONCE):
        batch = objects[first : first + NODES_AT_ONCE]
        yield [node for node, _size in batch], sum(size for _node, size in batch)


def _open(connection: Connection) -> Any:
    return BackFill.objects.filter(connection=connection, state__in=OPEN_BACK_FILLS)


def _claim(connection: Connection, *, at: datetime) -> BackFill | None:
    """Take the next back-fill of a connection; None where another works or nothing is left."""
    with transaction.atomic():
        # Claims of one connection are taken one after another.
        Connection.objects.select_for_update().get(pk=connection.pk)
        running = _open(connection).filter(state=BackFillState.RUNNING)
        if running.filter(claimed_until__gte=at).exists():
            return None
        back_fill: BackFill | None = running.order_by(ORDER_OF_KINDS).first()
        if back_fill is None or connection.ended_at is not None:
            return None
        back_fill.claim, back_fill.claimed_until = ids.new_id("clm"), at + LEASE
        back_fill.save(update_fields=("claim", "claimed_until"))
    return back_fill


def _keep(back_fill: BackFill, **values: Any) -> None:
    """Note values on a back-fill that is still ours and running; raises Stopped."""
    ours = Q(pk=back_fill.pk, claim=back_fill.claim, state=BackFillState.RUNNING)
    if not BackFill.objects.filter(ours).update(**values):
        raise Stopped
    for name, value in values.items():
        setattr(back_fill, name, value)


def _note_failure(back_fill: BackFill, problem: str, detail: str) -> None:
    """Count an attempt that got nowhere; after some in a row staff are asked."""
    rows = BackFill.objects.filter(
        pk=back_fill.pk, claim=back_fill.claim, state=BackFillState.RUNNING
    )
    rows.update(failures=F("failures") + 1, problem=problem, problem_detail=detail[:1000])
    rows.filter(failures__gte=MOST_FAILURES).update(state=BackFillState.FAILED)
