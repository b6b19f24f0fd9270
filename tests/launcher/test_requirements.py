"""What the product imports is what `requirements.txt` installs, and nothing that tests bring."""

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, packages_distributions, requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from launcher.licences import normal, read_pins

ROOT = Path(__file__).resolve().parent.parent.parent
# Everything a running instance imports: the site, the API, the worker's way to Valkey.
START = """
import sys
hidden = set(sys.argv[1:])
class Hide:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in hidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hide)
import django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
import postexp.wsgi, kombu.transport.redis
from postexp.celery import app
app.loader.import_default_modules()
print("started")
"""


def test_starts_with_only_what_the_requirements_install() -> None:
    pinned = {pin.name for pin in read_pins("")}
    ours = {path.stem for path in ROOT.iterdir()}
    hidden = [
        module
        for module, owners in packages_distributions().items()
        if module not in ours and not {normal(name) for name in owners} & pinned
    ]
    assert "pytest" in hidden
    started = subprocess.run(
        [sys.executable, "-c", START, *hidden],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert started.stdout == "started\n", started.stderr


@pytest.mark.parametrize("suffix", ["", "-dev"])
def test_all_that_is_pinned_asks_for_is_pinned(suffix: str) -> None:
    """pip installs what is pinned and looks for nothing else."""
    pinned = {pin.name for pin in read_pins(suffix)}
    asked = {requirement for name in pinned for requirement in asked_for(name)}
    lacking = {one.name for one in asked if normal(one.name) not in pinned}
    other = {str(one) for one in asked if not one.specifier.contains(version(one.name))}
    assert (lacking, other) == (set(), set())
    assert len(asked) > 50


def asked_for(name: str) -> list[Requirement]:
    """Return what a package asks for on this machine, where it is for this machine at all."""
    try:
        asked = [Requirement(text) for text in requires(name) or []]
    except PackageNotFoundError:
        return []
    return [one for one in asked if one.marker is None or one.marker.evaluate({"extra": ""})]
