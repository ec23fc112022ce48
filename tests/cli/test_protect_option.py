"""``report build --protect``: nothing of the report can be read without the password."""

from __future__ import annotations

from pathlib import Path

import pytest

from cost_runs import write_costs
from runfolio.cli import main

PASSWORD = "four words to open"


def test_only_the_page_that_asks_for_the_password_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write_costs(tmp_path / "costs", "title: What it costs")
    monkeypatch.setenv("RUNFOLIO_PASSWORD", PASSWORD)
    site = tmp_path / "site"
    assert main(["build", str(project), "-o", str(site), "--protect"]) == 0
    assert PASSWORD not in "".join(capsys.readouterr())
    files = {path.name: path.read_text("utf-8") for path in site.iterdir()}
    assert set(files) == {".nojekyll", ".runfolio", "index.html", "robots.txt"}
    for text in files.values():
        assert PASSWORD not in text
        assert "What it costs" not in text
