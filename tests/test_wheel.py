"""What is packaged is enough: the installed wheel builds a report away from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [os.fspath(word) for word in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def built(tmp_path: Path) -> tuple[Path, Path]:
    """Return the sdist and the wheel that is built from it."""
    dist = tmp_path / "dist"
    try:
        import hatchling  # noqa: F401

        isolation = ["--no-isolation"]
    except ImportError:
        isolation = []
    run(sys.executable, "-m", "build", *isolation, "--outdir", dist, ROOT, cwd=tmp_path)
    return next(dist.glob("*.tar.gz")), next(dist.glob("*.whl"))


def installed(wheel: Path, folder: Path) -> Path:
    """Install the wheel alone; what it depends on is borrowed from this environment."""
    venv.create(folder, with_pip=False)
    run(
        *(sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"),
        *("--python", folder / "bin" / "python", "install", "--no-deps", "--no-index", wheel),
        cwd=folder,
    )
    own = next(folder.glob("lib/python*/site-packages"))
    # Behind the wheel on the path, and not a site folder: its .pth files, such as that of
    # an editable runfolio, are not read.
    (own / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


def test_sdist_to_wheel_to_a_report_from_another_folder(tmp_path: Path) -> None:
    sdist, wheel = built(tmp_path)

    with tarfile.open(sdist) as archive:
        tops = {name.split("/")[1] for name in archive.getnames() if "/" in name}
    assert {"src", "themes", "README.md", "LICENSE", "pyproject.toml"} <= tops
    assert not tops & {"site", "tests", "sample_runs"}

    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {
        "runfolio/py.typed",
        "runfolio/views/roles/data-scientist.yaml",
        "runfolio/views/roles/business-stakeholder.yaml",
        "runfolio/schema/report.schema.json",
        "runfolio/starters/report.yaml",
        "runfolio/starters/impact/fraud.yaml",
        "runfolio/themes/default/theme.yaml",
        "runfolio/themes/default/templates/page.html",
        "runfolio/themes/default/static/vendor/vega.js",
    } <= names
    assert all(name.startswith(("runfolio/", "runfolio-")) for name in names)

    commands = installed(wheel, tmp_path / "environment")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    where = run(
        commands / "python",
        "-c",
        "import runfolio\nfrom runfolio.render.theme import load_theme\n"
        "print(runfolio.__file__)\nprint(*load_theme().folders, sep='\\n')",
        cwd=elsewhere,
    ).splitlines()
    assert len(where) == 2
    assert all(Path(path).is_relative_to(tmp_path / "environment") for path in where)

    told = json.loads(
        run(commands / "report", "build", ROOT / "sample_runs", "--json", cwd=elsewhere)
    )
    assert told["ok"] is True
    report = json.loads((elsewhere / "site" / "report.json").read_text("utf-8"))
    assert len(report["runs"]) == told["runs"] > 30
    assert (elsewhere / "site" / "index.html").is_file()
