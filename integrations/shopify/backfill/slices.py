"""One worker's turn: some seconds of reading, page by page or in bulk, and where it got to."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from integrations.models import BackFill, BackFillKind, BackFillState, Connection
from integrations.shopify import access
from integrations.shopify.backfill.bulk import batches, split_objects
from integrations.shopify.backfill.kinds import KINDS, Node
from integrations.shopify.backfill.rows import (
    LEASE,
    Stopped,
    claim,
    keep,
    note_failure,
    open_back_fills,
)
from integrations.shopify.client import ShopifyClient, read_operation
from integrations.shopify.errors import (
    BulkFailed,
    Busy,
    ResultGone,
    ShopifyError,
    TooCostly,
    Unanswered,
)
from postexp.kernel.inbox import Unreadable

logger = logging.getLogger(__name__)

# More than so many are asked for by a bulk operation, which costs no points.
LARGE = 2_000
SLICE_SECONDS = 20.0
POLL_SECONDS = 1.0
# Of a bulk operation's result so much is fetched at once.
CHUNK = 1024 * 1024
LARGEST_CHUNK = 8 * CHUNK
# Of the rest of a long list so many are fetched at once.
REST_AT_ONCE = 100


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
    back_fill = claim(connection, at=now())
    if back_fill is None:
        return False
    try:
        with access.open_client(connection) as client:
            _Slice(back_fill, client, now=now, ends_at=time.monotonic() + seconds).run()
    except Stopped:
        return False
    except (Busy, Unanswered, ResultGone) as error:
        note_failure(back_fill, error.kind, error.detail)
        return False
    except ShopifyError as error:
        keep(
            back_fill,
            state=BackFillState.FAILED,
            problem=error.kind,
            problem_detail=error.detail[:1000],
        )
        return False
    except Exception as error:
        note_failure(back_fill, "ShopifyError", type(error).__name__)
        raise
    finally:
        BackFill.objects.filter(pk=back_fill.pk, claim=back_fill.claim).update(
            claim="", claimed_until=None
        )
    return bool(open_back_fills(connection).filter(state=BackFillState.RUNNING).exists())


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
        keep(self._row, claimed_until=self._now() + LEASE, **values)

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
            for nodes, size in batches(objects):
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
