"""What the product imports is what `requirements.txt` installs, and nothing that tests bring."""

import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

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
