"""Run as a process of its own: migrate, compile the words, gather static files, seed the demo."""

import io
import os
import sys
from pathlib import Path


def newest_change(directories: list[Path]) -> float:
    """Return when a file under the directories last changed."""
    files = [file for top in directories for file in [top, *top.rglob("*")]]
    return max((file.stat().st_mtime for file in files), default=0.0)


def main() -> None:
    """Bring everything up to date; seed the demo where a file is named for how to log in."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postexp.settings")
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    print("Migrating the database.", flush=True)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("compile_catalogue", verbosity=0)
    if not settings.DEBUG:
        gather_static_files(Path(settings.STATIC_ROOT), Path(settings.BASE_DIR))
    for login in sys.argv[1:]:
        said = io.StringIO()
        call_command("seed_demo", print_login=True, stdout=said)
        keep_secret(Path(login), said.getvalue())


def keep_secret(file: Path, text: str) -> None:
    """Write a file that only this account can read."""
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(text)


def gather_static_files(gathered: Path, base: Path) -> None:
    """Collect the static files where one of them, or what is installed, changed since."""
    from django.core.management import call_command

    manifest = gathered / "staticfiles.json"
    changed = newest_change([base / "static", base / ".venv" / "installed.json"])
    if not manifest.exists() or manifest.stat().st_mtime < changed:
        print("Gathering the static files.", flush=True)
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)


if __name__ == "__main__":
    main()
