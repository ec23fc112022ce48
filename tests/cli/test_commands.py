"""The command line: what it prints where, its exit codes, and how quickly it starts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runfolio import pipeline
from runfolio.cli import main
from runfolio.errors import NoRunsError, OutputError, RunfolioError, StrictError, UsageError
from runfolio.model.problems import Problem
from runfolio.pipeline import Progress, Request, Result, SourceSummary

HOSTILE = "a\x1b[2J\u202eb\x07\nc"

RESULT = Result(
    output=Path("out/site"),
    sources=(
        SourceSummary("mlflow-files", "MLflow file store", "mlruns", 24, 3),
        SourceSummary("mlflow-sqlite", "MLflow database", "mlflow.db", 16, 0),
    ),
    runs=38,
    experiments=3,
    hidden_runs=3,
    problems=(
        *(Problem(f"mlruns/{n}/loss:{n}", "point-broken", "Bad.", "Mend it.") for n in range(7)),
        Problem("mlruns/9/meta.yaml", "meta-missing", "No name.", "Name it.", "error"),
    ),
    pages=52,
    headline="The forest is not distinguishable from the baseline.",
    empty=(("Replicates", "log a seed"),),
    seconds={"Reading runs": 1.25, "Writing pages": 0.5},
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """Let builds succeed at once; the requests that they got."""
    requests: list[Request] = []

    def build(request: Request, progress: Progress | None = None) -> Result:
        requests.append(request)
        if progress is not None:
            progress.stage("Reading runs", 40)
            progress.advance(40)
        return RESULT

    monkeypatch.setattr(pipeline, "build", build)
    monkeypatch.setattr(pipeline, "check", build)
    return requests


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def build(request: Request, progress: Progress | None = None) -> Result:
        raise error

    monkeypatch.setattr(pipeline, "build", build)


def test_arguments_reach_the_pipeline(asked: list[Request]) -> None:
    assert main(["build"]) == 0
    words = ["build", "a", "b", "-o", "x/y", "-c", "my.yaml", "--theme", "dark", "--strict"]
    assert main(words) == 0
    assert asked == [
        Request(),
        Request(("a", "b"), Path("x/y"), config=Path("my.yaml"), theme="dark", strict=True),
    ]


def test_the_summary_tells_what_was_read_what_was_wrong_and_where_the_site_is(
    asked: list[Request], capsys: pytest.CaptureFixture[str]
) -> None:
    main(["build", "-o", "out/site"])
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert "38 runs in 3 experiments" in lines[0]
    assert "2 found in more than one source" in lines[0]
    assert "mlruns" in lines[1]
    assert "24 runs" in lines[1]
    assert "3 deleted runs left out" in lines[1]
    assert "deleted" not in lines[2]
    assert "8 problems in the input, all on the problems page" in out
    assert "point-broken × 7: mlruns/0/loss:0, mlruns/1/loss:1, …" in out
    assert out.index("meta-missing") < out.index("point-broken")
    assert "No name. Name it." in out
    assert "Replicates: log a seed" in out
    assert RESULT.headline in out
    assert lines[-1].split()[:2] == ["Site", "out/site/index.html"]
    assert err == "Reading runs (40) …\n"
    assert "\x1b" not in out + err


@pytest.mark.parametrize(
    ("options", "site", "file"),
    [
        ([], Path("site"), None),
        (["--single-file", "report.html"], None, Path("report.html")),
        (["--single-file", "report.html", "-o", "out"], Path("out"), Path("report.html")),
    ],
)
def test_a_single_file_is_written_instead_of_the_site_or_beside_it(
    asked: list[Request], options: list[str], site: Path | None, file: Path | None
) -> None:
    assert main(["build", *options, "--no-run-pages"]) == 0
    (request,) = asked
    assert (request.output, request.single_file, request.run_pages) == (site, file, False)


def test_quiet_prints_nothing(asked: list[Request], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("command", ["build", "check"])
def test_json_is_one_object_and_nothing_else(
    asked: list[Request], capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert main([command, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert set(result) == {
        *("format", "version", "ok", "output", "index", "sources", "runs", "experiments"),
        *("hidden_runs", "pages", "headline", "problems", "empty", "seconds"),
        *("skipped", "status", "metrics", "rules", "single_file"),
    }
    assert result["ok"] is True
    assert result["index"] == "out/site/index.html"
    assert result["sources"][0]["hidden_runs"] == 3
    assert result["problems"][7] == {
        "place": "mlruns/9/meta.yaml",
        "slug": "meta-missing",
        "message": "No name.",
        "hint": "Name it.",
        "severity": "error",
    }


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StrictError("Two problems.", "strict"), 1),
        (UsageError("No such folder.", "source-missing"), 2),
        (OutputError("Not ours.", "output-not-ours"), 2),
        (NoRunsError("No runs were found.\nLooked in: logs.", "no-runs"), 3),
    ],
)
def test_errors_become_exit_codes(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: RunfolioError,
    code: int,
) -> None:
    fail_with(monkeypatch, error)
    assert main(["build", "--quiet"]) == code
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"Error: {error.message} [{error.slug}]\n")
    assert main(["build", "--json"]) == code
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["exit_code"], told["error"]["slug"]) == (False, code, error.slug)


def test_all_configuration_mistakes_are_printed(
    capsys: pytest.CaptureFixture[str], here: Path
) -> None:
    (here / "report.yaml").write_text("titel: x\nobjective: {gaol: maximize}\n")
    assert main(["check"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    first, *mistakes = err.splitlines()
    assert first == "Error: 2 mistakes in the configuration"
    assert [line.split()[0] for line in mistakes] == ["report.yaml:1:", "report.yaml:2:"]
    assert "Did you mean 'title'? [config-unknown-key]" in mistakes[0]
    assert main(["check", "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert [problem["place"] for problem in told["problems"]] == ["report.yaml:1", "report.yaml:2"]


@pytest.mark.parametrize(
    "words", [["biuld"], ["build", "--nope"], ["list"], ["list", "colours"], ["build", "-o"]]
)
def test_wrong_usage_is_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Error: " in err


def test_names_cannot_steer_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def build(request: Request, progress: Any = None) -> Result:
        progress.stage(HOSTILE)
        return Result(
            output=Path(HOSTILE),
            sources=(SourceSummary("x", "X", HOSTILE, 1, 0),),
            runs=1,
            experiments=1,
            hidden_runs=0,
            problems=(Problem(HOSTILE, "x", HOSTILE, HOSTILE),),
            pages=1,
            headline=HOSTILE,
        )

    monkeypatch.setattr(pipeline, "build", build)
    assert main(["build"]) == 0
    fail_with(monkeypatch, UsageError(HOSTILE, "x"))
    assert main(["build"]) == 2
    printed = "".join(capsys.readouterr())
    assert printed.count(r"a\x1b[2J\u202eb\x07") == 8
    assert not set(printed) & set("\x1b\x07\u202e")


def test_ctrl_c_is_quiet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(monkeypatch, KeyboardInterrupt())
    assert main(["build", "--quiet"]) == 130
    assert "".join(capsys.readouterr()).strip() == ""


@pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes of POSIX")
class TestProcess:
    """What only a real process shows."""

    @pytest.fixture
    def start(self) -> Callable[..., subprocess.Popen[str]]:
        def start(code: str) -> subprocess.Popen[str]:
            begin = "import sys\nfrom runfolio import pipeline\nfrom runfolio.cli import main\n"
            return subprocess.Popen(
                [sys.executable, "-c", begin + code],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )

        return start

    def test_an_interrupt_leaves_no_traceback(self, start: Any) -> None:
        process = start(
            "import time\n"
            "def build(*_):\n    print('ready', flush=True)\n    time.sleep(60)\n"
            "pipeline.build = build\nsys.exit(main(['build', '--quiet']))"
        )
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert (process.returncode, err.strip()) == (130, "")

    def test_a_reader_that_goes_away_is_no_error(self, start: Any) -> None:
        process = start("sys.stdin.read\nsys.exit(main(['schema']))")
        process.stdout.close()
        err = process.stderr.read()
        process.stderr.close()
        assert (process.wait(timeout=30), err) == (141, "")

    def test_a_terminal_that_does_not_know_a_character(self) -> None:
        environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
        code = (
            "import sys; from runfolio.cli import main; from runfolio import pipeline\n"
            "result = pipeline.Result(None, (), 1, 1, 0, (), 0, 'caf\u00e9 \u2192 \u4e2d')\n"
            "pipeline.build = lambda *_: result; sys.exit(main(['build']))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, check=False
        )
        assert done.returncode == 0
        assert b"caf\xe9 \\u2192 \\u4e2d" in done.stdout

    def test_help_imports_nothing_heavy(self) -> None:
        code = (
            "import sys; from runfolio.cli import main; main(['--help'])\n"
            "heavy = 'pandas numpy altair jinja2 pydantic rich yaml scipy pyarrow'.split()\n"
            "print(sorted(set(heavy) & set(sys.modules)), file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stderr == "[]\n"
        for command in ("build", "check", "list", "schema"):
            assert f"\n  {command} " in done.stdout


def test_schema_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["properties"]["objective"]
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("report (runfolio) ")


def test_open_shows_the_site_that_was_built(
    asked: list[Request], monkeypatch: pytest.MonkeyPatch, here: Path
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    main(["build", "--quiet"])
    assert opened == []
    main(["build", "--quiet", "--open", "-o", "a b"])
    assert opened == [(here / "a b" / "index.html").as_uri()]


class TestList:
    def test_sources_with_how_they_are_recognised(self, capsys: pytest.CaptureFixture[str]) -> None:
        from runfolio.registry import find

        assert main(["list", "sources"]) == 0
        out = capsys.readouterr().out
        for source in find("runfolio.sources", "source").values():
            assert source.looks_like in out
        assert "mlflow-files" in [line.split()[0] for line in out.splitlines()]

    def test_sections(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["list", "sections"]) == 0
        assert "leaderboard" in [line.split()[0] for line in capsys.readouterr().out.splitlines()]

    def test_roles_also_of_the_project(
        self, capsys: pytest.CaptureFixture[str], here: Path
    ) -> None:
        assert main(["list", "roles"]) == 0
        built_in = capsys.readouterr().out
        assert "data-scientist" in built_in
        assert "business-stakeholder" in built_in
        (here / "report.yaml").write_text("roles: nowhere")
        assert main(["list", "roles"]) == 2

    def test_themes(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["list", "themes"]) == 0
        assert "default" in capsys.readouterr().out.split()
