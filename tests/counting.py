"""Which lines and branches of the product the tests reach, counted at little price.

SlipCover puts probes into the product's own code while it is imported. A tracer is asked at every
line of Django and of the driver as well, which takes half as long again as the tests themselves.
"""

import json
import os
from pathlib import Path

import pytest
from slipcover import FileMatcher, ImportManager, Slipcover
from slipcover.config import read_config

COUNTS = "COUNTS_OF_TESTS"


def begin() -> Slipcover:
    """Count whatever is imported from now on, as `pyproject.toml` asks."""
    asked = read_config()
    counter = Slipcover(
        # Otherwise it looks through the objects of all threads from time to time.
        immediate=True,
        branch=True,
        source=asked["source"],
        omit=asked["omit"],
        exclude_also=asked["exclude-also"],
    )
    matcher = FileMatcher(sources=asked["source"], omit=asked["omit"])
    ImportManager(counter, matcher).__enter__()
    return counter


# Before any plugin imports the product.
_counter = begin()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    """Leave the counts of this process where `script/test` adds them up."""
    kept = Path(os.environ[COUNTS], f"{os.getpid()}.json")
    kept.write_text(json.dumps(_counter.get_coverage()))
