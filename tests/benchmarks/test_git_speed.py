"""How fast a repository's history is read, beside DVC and beside git itself.

Run by ``pytest -m benchmark -s``. Figures are CPU time, of the git processes too, and are
printed; each stands beside a yardstick that was measured in the same run on the same repository.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from peers import MAKE_LOGS, PYTHON
from timing import measured, report

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif(sys.platform != "linux", reason="counts CPU time by Linux's means"),
    pytest.mark.skipif(not MAKE_LOGS.is_dir(), reason="needs ../shared/make_logs"),
]

# What no reader can do without: git's own work, and a YAML parser in C.
LIMIT = """
import json, subprocess, sys, yaml
git = ["git", "-C", sys.argv[1]]
log = subprocess.run([*git, "log", "--raw", "-z", "--no-abbrev", "--format=%H"],
                     capture_output=True, check=True).stdout
ids = {}
for part in log.replace(b"\\n:", b"\\0:").split(b"\\0:")[1:]:
    about, _, rest = part.partition(b"\\0")
    path = rest.partition(b"\\0")[0].decode()
    blob = about.split()[3].decode()
    if path.endswith((".yaml", ".lock", ".dvc", "metrics.json")) and blob.strip("0"):
        ids[blob] = path
batch = subprocess.run([*git, "cat-file", "--batch"], input="\\n".join(ids).encode(),
                       capture_output=True, check=True).stdout
at = 0
for path in ids.values():
    end = batch.index(b"\\n", at)
    size = int(batch[at:end].split()[2])
    data = batch[end + 1 : end + 1 + size]
    at = end + 2 + size
    json.loads(data) if path.endswith(".json") else yaml.load(data, Loader=yaml.CSafeLoader)
"""
OURS = """
import sys, time, resource
from pathlib import Path
from runfolio.ingest.history import Following, read_history
from runfolio.ingest.kept import KeptVersions
from runfolio.registry import find
from runfolio.storage.git.repository import Repository

def spent():
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime

readers = find("runfolio.sources", "history_reader", "runfolio.history")
start = spent()
repository = Repository.find(Path(sys.argv[1]))
with KeptVersions(Path(sys.argv[2])) as kept:
    read = read_history(repository, Following(), readers, kept)
print(spent() - start, read.parsed, read.kept, len(read.history.values))
"""


def repository(folder: Path, commits: int) -> Path:
    size = ["--runs", str(commits), "--metrics", "10", "--steps", "5"]
    command = [PYTHON, MAKE_LOGS / "make_dvc_git.py", folder, *size]
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
    return folder


def ours(path: Path, kept: Path) -> tuple[float, int, int, int]:
    """Return CPU seconds of reading, and how many contents were parsed, kept and values found."""
    command = [sys.executable, "-c", OURS, str(path), str(kept)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, parsed, known, values = done.stdout.split()
    return float(seconds), int(parsed), int(known), int(values)


def test_reading_a_thousand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = repository(tmp_path / "project", 1000)
    dvc = measured(PYTHON, "-m", "dvc", "metrics", "show", "--all-commits", "--json", cwd=path)
    nothing = measured(PYTHON, "-m", "dvc", "--version", cwd=path)["cpu"]
    limit = measured(sys.executable, "-c", LIMIT, path)["cpu"]
    empty = measured(sys.executable, "-c", "import json, subprocess, yaml")["cpu"]
    first, parsed, _, values = ours(path, tmp_path / "versions.db")
    git = ["git", "-C", str(path), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    (path / "metrics.json").write_text(json.dumps({"train": {"loss": 1}}))
    subprocess.run([*git, "commit", "-qam", "one more"], check=True)
    second, again, known, _ = ours(path, tmp_path / "versions.db")
    assert (again, known) == (1, parsed)
    with capsys.disabled():
        print("\n1,000 commits of metrics.json, params.yaml and dvc.lock, CPU seconds")
        work = dvc["cpu"] - nothing
        print(
            f"  dvc metrics show --all-commits  {work:7.2f}   without its imports ({nothing:.2f})"
        )
        print(f"  git log, cat-file and C's YAML  {limit - empty:7.2f}")
        print(
            f"  reading ({values} values)          {first:7.2f}   1/{work / first:.0f} of dvc, "
            f"{first / (limit - empty):.2f} x git and YAML"
        )
        print(f"  after one more commit           {second:7.2f}   parsed {again}, known {known}")


def test_building_ten_thousand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = repository(tmp_path / "project", 10_000)
    site = tmp_path / "site"
    build = measured(*report("build", path, "-o", site, "--quiet"))
    largest = max(site.rglob("*.html"), key=lambda page: page.stat().st_size)
    size = (site / "history.html").stat().st_size
    with capsys.disabled():
        print("\n10,000 commits x 10 metrics, whole build")
        print(f"  CPU {build['cpu']:.2f} s, wall {build['wall']:.2f} s", end="")
        print(f", peak {build['peak_mb']:.0f} MB")
        print(f"  history.html {size / 1000:.0f} kB", end="")
        print(f", largest page {largest.stat().st_size / 1000:.0f} kB")
    assert size < 1_000_000
