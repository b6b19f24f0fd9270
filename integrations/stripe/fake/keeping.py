"""An account kept in a file, so that it outlives the process that serves it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from integrations.stripe.fake.account import FakeAccount


def read_account(account: FakeAccount, file: Path) -> None:
    """Take over what the account was when the file was written; nothing where there is none."""
    if not file.exists():
        return
    kept = json.loads(file.read_text("utf-8"))
    account.things = kept["things"]
    account.ahead = timedelta(seconds=kept["ahead"])


def keep_account(account: FakeAccount, file: Path) -> None:
    """Write an account down, whole or not at all, where only this account of the machine reads."""
    with account.lock:
        kept = json.dumps({"things": account.things, "ahead": account.ahead.total_seconds()})
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text(kept, "utf-8")
    new.replace(file)
