"""Where recorded payloads are: in the repository, and in the folder check-samples names."""

import json
import os
from pathlib import Path
from typing import Any

OURS = Path(__file__).parent / "samples"
GIVEN = os.environ.get("POSTEXP_SAMPLES", "")


def folders() -> list[Path]:
    """Return the folders to look in."""
    return [OURS, *([Path(GIVEN)] if GIVEN else [])]


def recordings(provider: str) -> list[Path]:
    """Return the recorded requests of a provider, wherever they are."""
    return sorted(
        path
        for folder in folders()
        for path in folder.rglob("*.json")
        if _provider_of(path) == provider
    )


def _provider_of(path: Path) -> str:
    try:
        data: Any = json.loads(path.read_text("utf-8"))
    except ValueError:
        return ""
    return str(data.get("provider", "")) if isinstance(data, dict) and "request" in data else ""
