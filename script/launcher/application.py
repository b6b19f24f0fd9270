"""The application: what is prepared before it starts, and the processes it consists of."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from launcher import addresses
from launcher.keys import kept_keys
from launcher.layout import ROOT, VAR
from launcher.processes import Program, die_with
from launcher.signals import Stopped
from launcher.terminal import CannotGoOn, say_from

Environment = Mapping[str, str]

# The ports may differ each time, and nothing is prepared for them, nor for the demo's life.
NOT_PREPARED_FOR = ("POSTEXP_BASE_URL", "POSTEXP_DEMO_LIVES", "POSTEXP_DEMO_STRIPE_URL")


def application_environment(servers: Environment, base_url: str) -> dict[str, str]:
    """Return the environment of the application's processes; what the caller set goes first."""
    return {
        **kept_keys(),
        "POSTEXP_BASE_URL": base_url,
        "POSTEXP_DEMO_STRIPE_URL": addresses.base_url(addresses.demo_port()),
        "POSTEXP_DB_POOL": str(web_threads() + 1),
        "PYTHONUNBUFFERED": "1",
        # Django's checks load every page, which worker and scheduler never serve.
        "CELERY_SKIP_CHECKS": "1",
        **os.environ,
        **servers,
    }


def web_workers() -> int:
    """Return how many web processes run."""
    return int(os.environ.get("POSTEXP_WEB_WORKERS", "") or 2)


def web_threads() -> int:
    """Return how many requests one web process answers at a time."""
    return int(os.environ.get("POSTEXP_WEB_THREADS", "") or 4)


def manage(*arguments: str) -> list[str]:
    """Return the command line of a management command."""
    return [sys.executable, str(ROOT / "manage.py"), *arguments]


def programs(environment: Environment, port: int) -> list[Program]:
    """Return the five programs: web server, event drainer, webhook sender, worker, scheduler."""
    # As root the worker warns of pickled tasks in eight lines; ours are JSON.
    no_warning = ("-W", "ignore:You're running the worker with superuser")
    celery = [sys.executable, *no_warning, "-m", "celery", "--quiet", "-A", "postexp"]
    granian = [
        *(sys.executable, "-m", "granian", "postexp.wsgi:application", "--interface", "wsgi"),
        *("--host", addresses.host(), "--port", str(port), "--no-ws"),
        *("--workers", str(web_workers()), "--blocking-threads", str(web_threads())),
        *("--respawn-failed-workers", "--respawn-interval", "0.5"),
        *("--workers-kill-timeout", "5s", "--log-level", "warning"),
    ]
    worker = [
        *(*celery, "worker", "--concurrency", os.environ.get("POSTEXP_TASK_WORKERS", "") or "2"),
        *("--loglevel", "warning", "--without-gossip", "--without-mingle"),
    ]
    scheduler = [
        *(*celery, "beat", "--loglevel", "warning", "--pidfile="),
        *("--schedule", str(VAR / "celerybeat-schedule")),
    ]
    return [
        Program("web", granian, environment, before_start=forget_counts),
        Program("events", manage("run_events"), environment),
        Program("webhooks", manage("send_webhooks"), environment),
        Program("worker", worker, environment),
        Program("scheduler", scheduler, environment),
    ]


def life_of_demo(environment: Environment) -> list[Program]:
    """Return the programs that let the demo shops live, slowly; none with POSTEXP_DEMO_LIVES=0.

    One asks a few requests a minute of the site, and nothing while it waits; the other is the
    made-up account at which shoppers pay.
    """
    if environment.get("POSTEXP_DEMO_LIVES", "1") == "0":
        return []
    simulate = manage("simulate", "--patient", "--speed", "60", "--rate", "10")
    payments = manage("fake_stripe", "--demo")
    return [
        Program("demo", simulate, environment),
        Program("payments", payments, environment),
    ]


def forget_counts() -> None:
    """Remove what former web processes counted; one of the same number would add to it."""
    counts = os.environ.get("POSTEXP_METRICS_DIR", "") or VAR / "metrics"
    for file in Path(counts).glob("*.db"):
        file.unlink(missing_ok=True)


def prepare_demo(environment: Environment) -> str:
    """Prepare the application with its demo shops, and return how to log in.

    Our own database stays as we left it: where no file and no setting changed since, nothing is to
    be done, which spares a quarter of the wait. Of a database that others run we know nothing.
    """
    login, note = VAR / "login.txt", VAR / "prepared.txt"
    ours = "DATABASE_URL" not in os.environ
    if not (ours and login.exists() and note.exists() and note.read_text() == state(environment)):
        note.unlink(missing_ok=True)
        prepare(environment, str(login))
        note.write_text(state(environment))
    return login.read_text()


def state(environment: Environment) -> str:
    """Return what tells one state of the source files and of our settings from another."""
    own = sorted(
        (name, value)
        for name, value in environment.items()
        if name.startswith("POSTEXP_") and name not in NOT_PREPARED_FOR
    )
    files = sorted(
        (str(file), file.stat().st_size, file.stat().st_mtime_ns)
        for top in ROOT.iterdir()
        if top.is_dir() and top != VAR and not top.name.startswith(".")
        for file in top.rglob("*.*")
        if file.suffix != ".pyc" and file.is_file()
    )
    return hashlib.sha256(repr((own, files)).encode()).hexdigest()


def prepare(environment: Environment, *login: str) -> None:
    """Bring database, words and static files up to date; with a file for the log-in, seed the demo.

    One process does it all: Python and Django start once. Raises CannotGoOn after its output.
    """
    command = [sys.executable, str(Path(__file__).with_name("prepare.py")), *login]
    process = subprocess.Popen(
        command,
        env=dict(environment),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
        preexec_fn=die_with(os.getpid(), Program.stop_signal),
    )
    try:
        for line in process.stdout or ():
            say_from("setup", line.rstrip("\n"))
        status = process.wait()
    except Stopped:
        process.kill()
        process.wait()
        raise
    if status != 0:
        raise CannotGoOn("Postexp could not be set up; the lines above say why.")
