"""Evaluate the rules of a project on its data, and nothing else."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pandas as pd

from runfolio.checks.run import check_data
from runfolio.model.tables import Tables
from runfolio.project import open_project


def main() -> None:
    """Check the project in the folder that is given; write what was found beside it."""
    folder = Path(sys.argv[1])
    project = open_project((str(folder),), folder / "report.yaml")
    no_runs = cast(Tables, SimpleNamespace(metrics=pd.DataFrame({"metric": []})))
    quality, _ = check_data(project.settings.data, project.data_place, no_runs, 0)
    found = [(c.kind, c.status, c.rows, c.failed) for c in quality.checks]
    (folder / "found.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main()
