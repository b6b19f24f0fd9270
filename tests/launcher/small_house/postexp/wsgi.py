"""Answers every address as `/health/` does: with the parts that were seen alive."""

import json
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ALIVE = Path("var/alive")


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Tell when each part was last seen."""
    parts = {}
    for name in ("events", "worker", "scheduler"):
        file = ALIVE / name
        seen = file.stat().st_mtime if file.exists() else 0
        at = datetime.fromtimestamp(seen, UTC).isoformat()
        parts[name] = {"ok": bool(seen), "seen_at": at}
    well = all(part["ok"] for part in parts.values())
    start_response("200 OK" if well else "503 Not Well", [("Content-Type", "application/json")])
    return [json.dumps({"pid": os.getpid(), "parts": parts}).encode()]
