"""Dockerfile, compose.yml, systemd units and proxies: no run in CI, so all they name is looked up.

Every command exists and knows its options, every setting is one of `.env.example`, every process of
the guide is there, and every health address answers.
"""

import configparser
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from integrations.http import CONNECT_SECONDS
from integrations.outgoing.sender import ANSWER_SECONDS
from launcher.dotenv import parse

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
# What compose itself asks for in `.env`; docs/deploy.md tells of them.
OF_COMPOSE = {"POSTGRES_PASSWORD", "SITE"}
PROCESSES = {"granian", "run_events", "worker", "beat"}


def compose() -> dict[str, Any]:
    """Return compose.yml, its merged parts in place."""
    read: dict[str, Any] = yaml.safe_load((ROOT / "compose.yml").read_text())
    return read


def dockerfile() -> str:
    """Return the Dockerfile with its continued lines joined."""
    return (ROOT / "Dockerfile").read_text().replace("\\\n", " ")


def commands_of_compose() -> list[list[str]]:
    """Return what each of our containers runs, the image's own command included."""
    found = [yaml.safe_load(re.findall(r"^CMD (.*)$", dockerfile(), re.MULTILINE)[0])]
    for service in compose()["services"].values():
        if service.get("image") == "postexp" and "command" in service:
            command = service["command"]
            parts = command[2].split("&&") if command[:2] == ["sh", "-c"] else None
            found += [shlex.split(part) for part in parts] if parts else [command]
    return found


def commands_of_units() -> list[list[str]]:
    """Return what each unit runs."""
    found = []
    for unit in UNITS:
        line = service_of(unit)["ExecStart"]
        if line.startswith("/bin/sh -c"):
            line = shlex.split(line)[2]
        found.append(shlex.split(line))
    return found


def service_of(unit: Path) -> dict[str, str]:
    """Return the [Service] part of a unit; of repeated keys, the last."""
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit.read_text())
    assert parser.sections()[0] == "Unit", unit.name
    return dict(parser["Service"])


@cache
def help_of(*command: str) -> str:
    """Return what a program says of its options."""
    done = subprocess.run(
        [sys.executable, "-m", *command, "--help"], capture_output=True, text=True, check=True
    )
    return done.stdout


def run_by(command: list[str]) -> str:
    """Check one command line, and return what it runs."""
    assert re.fullmatch(r"python|/srv/postexp/\.venv/bin/python", command[0]), command
    if command[1] == "manage.py":
        assert (ROOT / command[1]).exists()
        assert command[2] in get_commands(), command
        return command[2]
    assert command[1] == "-m", command
    program = command[2]
    options = [part.partition("=")[0] for part in command[3:] if part.startswith("--")]
    if program == "celery":
        assert command[3:5] == ["-A", "postexp"]
        said, program = help_of("celery", "-A", "postexp", command[5]), command[5]
    else:
        said = help_of(program)
        assert command[3] == "postexp.wsgi:application"
    assert [option for option in options if option not in said] == [], command
    return program


@pytest.mark.parametrize("commands", [commands_of_compose, commands_of_units])
def test_every_process_is_there_and_every_command_exists(commands: Any) -> None:
    assert {run_by(command) for command in commands()} >= PROCESSES


def test_every_unit_of_the_target_exists() -> None:
    wanted = re.findall(r"postexp-\w+\.service", (DEPLOY / "systemd/postexp.target").read_text())
    names = {unit.name for unit in UNITS}
    assert set(wanted) == names - {"postexp-backup.service"}
    timer = (DEPLOY / "systemd/postexp-backup.timer").read_text()
    assert "OnCalendar=" in timer
    for unit in UNITS:
        service = service_of(unit)
        assert service["User"] == "postexp"
        assert service["EnvironmentFile"] == "/etc/postexp.env"


def test_every_setting_is_documented() -> None:
    known = set(parse((ROOT / ".env.example").read_text()))
    text = "".join(
        file.read_text()
        for file in [ROOT / "Dockerfile", ROOT / "compose.yml", *DEPLOY.rglob("*.*")]
    )
    named = set(re.findall(r"\b(POSTEXP_[A-Z_]+|DATABASE_URL|REDIS_URL)\b", text))
    assert named - known == set()
    told = (ROOT / "docs/deploy.md").read_text()
    for variable in OF_COMPOSE:
        assert f"`{variable}`" in told or f"{variable}=" in told
    of_compose = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yml").read_text()))
    assert of_compose == OF_COMPOSE


def test_compose_waits_for_the_migrations_and_keeps_what_matters() -> None:
    services = compose()["services"]
    ours = {name for name, service in services.items() if service.get("image") == "postexp"}
    assert ours == {"migrate", "web", "events", "webhooks", "worker", "beat"}
    for name in ours - {"migrate"}:
        condition = services[name]["depends_on"]["migrate"]["condition"]
        assert condition == "service_completed_successfully", name
    assert {"data", "postgres", "caddy"} == set(compose()["volumes"])
    assert "ports" not in services["web"], "only the proxy is reached from outside"


def seconds_to_end() -> dict[str, float]:
    """Return how long what a process is at may take, by the process."""
    return {
        "worker": settings.CELERY_TASK_TIME_LIMIT,
        "webhooks": CONNECT_SECONDS + ANSWER_SECONDS,
    }


def test_an_upgrade_lets_processes_end_what_they_are_at() -> None:
    for name, seconds in seconds_to_end().items():
        patience = compose()["services"][name]["stop_grace_period"]
        assert patience.endswith("s"), name
        assert int(patience[:-1]) > seconds, name
        assert int(service_of(DEPLOY / f"systemd/postexp-{name}.service")["TimeoutStopSec"]) > (
            seconds
        ), name
    # Celery's children die of the signal that tells its parent to let them end their tasks.
    assert service_of(DEPLOY / "systemd/postexp-worker.service")["KillMode"] == "mixed"


def test_every_copied_file_and_health_address_exists() -> None:
    for source in re.findall(r"^COPY (\S+) ", dockerfile(), re.MULTILINE):
        assert (ROOT / source).exists(), source
    text = (ROOT / "compose.yml").read_text() + "".join(
        file.read_text() for file in (DEPLOY / "proxy").iterdir()
    )
    addresses = set(re.findall(r"/(?:health/(?:\w+/)?|metrics)", text))
    assert "/health/ready/" in addresses
    for address in addresses:
        try:
            resolve(address)
        except Resolver404:
            pytest.fail(f"nothing answers {address}")


def test_proxies_keep_the_metrics_inside() -> None:
    for file in (DEPLOY / "proxy").iterdir():
        assert "/metrics" in file.read_text(), file.name


def test_no_key_of_the_build_stays_in_the_image() -> None:
    kept = re.findall(r"^(?:ENV|ARG) (.*)$", dockerfile(), re.MULTILINE)
    assert kept
    assert not [line for line in kept if "KEY" in line]
    assert ".env" in (ROOT / ".dockerignore").read_text().splitlines()
