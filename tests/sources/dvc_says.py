"""Print as JSON what DVC itself reads in a project's working tree: ``dvc_says.py FOLDER``."""

from __future__ import annotations

import json
import sys
from typing import Any

from dvc.repo import Repo
from dvc.repo.metrics.show import show as show_metrics
from dvc.repo.params.show import show as show_params


def plain(value: Any) -> Any:
    """Return values as JSON takes them; floats that are no numbers as text."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, float) and value - value != 0 else value


def shown(result: dict[str, Any]) -> dict[str, Any]:
    """Return what is in each file, None where there is an error."""
    files = result[""]["data"]
    return {file: plain(about.get("data")) for file, about in files.items()}


if __name__ == "__main__":
    with Repo(sys.argv[1]) as repo:
        outs = [  # what a *.dvc file is about comes from no stage that is run
            (out, "output" if stage.cmd else "dependency")
            for stage in repo.index.stages
            for out in stage.outs
        ]
        deps = [(dep, "dependency") for stage in repo.index.stages for dep in stage.deps]
        said = {
            "metrics": shown(show_metrics(repo, hide_workspace=False)),
            "params": shown(show_params(repo, hide_workspace=False)),
            "data": {
                repo.fs.relpath(one.fs_path, repo.root_dir): [context, one.hash_info.value]
                for one, context in [*deps, *outs]
                if one.protocol == "local" and one.hash_info.name == "md5"
            },
        }
    print(json.dumps(said))
