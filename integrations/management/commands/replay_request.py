"""Feed recorded requests through the real intake of a running instance."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from commerce.services.merchants import open_stage
from integrations.recorded import NotARecording, Recording, Stage, prepare
from postexp.kernel import clock
from postexp.kernel.models import InboxMessage, InboxState
from postexp.kernel.tenancy import merchant_scope

PATIENCE = 15.0


class Command(BaseCommand):
    """`manage.py replay_request FILE...`: one JSON line a file on standard output.

    Each line holds `file`, `status` (HTTP), `stored`, `duplicate` and `effect` (null where nothing
    was stored). All files of one call go to one new throw-away shop, which is named in `merchant`.
    Ends with an error when a file is no recorded request or the instance does not answer.
    """

    help = "Send recorded requests to a running instance and say what each led to."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--base-url", default=settings.BASE_URL)

    def handle(self, *args: Any, **options: Any) -> None:
        at = clock.now()
        merchant = open_stage(at=at)
        stage = Stage.set_up(at=at)
        failed = 0
        with (
            merchant_scope(merchant.pk),
            httpx.Client(base_url=options["base_url"], timeout=20, trust_env=False) as client,
        ):
            for path in options["files"]:
                line: dict[str, Any] = {"file": str(path), "merchant": merchant.slug}
                try:
                    line |= replay(client, Recording.read(path), stage)
                except (NotARecording, httpx.HTTPError) as error:
                    failed += 1
                    line["error"] = str(error) or type(error).__name__
                self.stdout.write(json.dumps(line, ensure_ascii=False))
        if failed:
            raise CommandError(f"{failed} of {len(options['files'])} files were not replayed.")


def replay(client: httpx.Client, recording: Recording, stage: Stage) -> dict[str, Any]:
    """Send one recording and wait for its effect; return the parts of its line."""
    before = set(InboxMessage.objects.values_list("id", flat=True))
    delivery = prepare(recording, stage)
    answer = client.post(
        delivery.path,
        content=delivery.body or recording.body,
        headers={"content-type": recording.content_type, **delivery.headers},
    )
    told = _json(answer)
    new = InboxMessage.objects.exclude(id__in=before).order_by("id").first()
    return {
        "status": answer.status_code,
        "stored": new is not None,
        # Some providers are answered in a form of their own, which does not say it.
        "duplicate": bool(told.get("duplicate", answer.is_success and new is None)),
        "effect": None if new is None else wait_for_effect(new),
    }


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def wait_for_effect(message: InboxMessage) -> dict[str, Any]:
    """Wait for the drainer to read a stored request; return the effect, or what went wrong."""
    until = time.monotonic() + PATIENCE
    while message.state == InboxState.RECEIVED and time.monotonic() < until:
        time.sleep(0.05)
        message.refresh_from_db()
    if message.state == InboxState.PROCESSED:
        return {
            "kind": message.effect_kind,
            "object_id": message.effect_object_id,
            **message.effect_detail,
        }
    if message.state == InboxState.FAILED:
        return {"kind": "failed", "cause": message.cause, "next_step": message.next_step}
    return {
        "kind": "waiting",
        "cause": f"Nothing read it within {PATIENCE:g} s.",
        "next_step": "Start the drainer: manage.py run_events",
    }
