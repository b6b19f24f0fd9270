"""Collecting: one sheet leaves the house, hashed, and follows its parts."""

import shutil
from pathlib import Path

from django.contrib.staticfiles.storage import StaticFilesStorage

from postexp.design.storage import JoiningStaticFilesStorage


def _collect(source: Path, target: Path) -> tuple[str, str]:
    shutil.copytree(source, target)
    storage = JoiningStaticFilesStorage(location=target, base_url="/static/")
    sources = StaticFilesStorage(location=source, base_url="/static/")
    paths = {
        str(path.relative_to(source)): (sources, str(path.relative_to(source)))
        for path in source.rglob("*.css")
    }
    failures = [
        name for name, _, done in storage.post_process(paths) if isinstance(done, Exception)
    ]
    assert failures == []
    name = storage.stored_name("css/site.css")
    return name, (target / name).read_text()


def test_a_changed_part_changes_the_joined_sheet(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "css").mkdir(parents=True)
    (source / "css" / "site.css").write_text(
        '/* entry */\n@layer base;\n@import url("base.css") layer(base);\n'
    )
    (source / "css" / "base.css").write_text("a {\n  color: red;\n}\n")
    first, text = _collect(source, tmp_path / "one")
    assert text == "@layer base;\n@layer base {\na {\ncolor: red;\n}\n}\n"
    (source / "css" / "base.css").write_text("a {\n  color: blue;\n}\n")
    second, text = _collect(source, tmp_path / "two")
    assert "blue" in text
    assert first != second


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    storage = JoiningStaticFilesStorage(location=tmp_path, base_url="/static/")
    assert list(storage.post_process({}, dry_run=True)) == []
    assert list(tmp_path.iterdir()) == []
