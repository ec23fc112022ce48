"""Which files of a site an audience gets."""

from __future__ import annotations

from pathlib import Path

import runfolio
from cost_runs import write_costs

PATTERNS = '["embed/*", "summary.md", "badges/*", "*.parquet", "preview.png"]'


def _files(site: Path) -> set[str]:
    return {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}


def test_files_that_an_audience_does_not_see_are_not_written(tmp_path: Path) -> None:
    project = write_costs(
        tmp_path / "costs",
        "deliver: {url: 'https://example.org/costs'}",
        f"audiences: {{board: {{hide: {{pages: {PATTERNS}}}}}}}",
    )
    runfolio.build(project, output=tmp_path / "team")
    runfolio.build(project, output=tmp_path / "board", audience="board")
    team, board = _files(tmp_path / "team"), _files(tmp_path / "board")
    gone = {"embed/index/figures.html", "summary.md", "runs.parquet", "preview.png"}
    assert gone | {"badges/comparison.svg"} <= team
    assert not any(
        path.startswith(("embed/", "badges/", "preview")) or path.endswith((".parquet", ".md"))
        for path in board - {"model-card.md"}
    )
    index = {
        site: (tmp_path / site / "index.html").read_text("utf-8") for site in ("team", "board")
    }
    assert 'property="og:image" content="https://example.org/costs/preview.png"' in index["team"]
    assert "og:image" not in index["board"]
