"""Models that tags of GTO register: read out of git, and compared with what GTO itself says."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest

import runfolio
from peers import PYTHON, Peers
from repositories import T0, Made, made
from runfolio.model.records import ModelRecord
from runfolio.pipeline import Request, load
from runfolio.sources.base import RepositoryTag
from runfolio.sources.dvc.artifacts import tag_reader
from sites import Site

DVC_YAML = """\
artifacts:
  net: {path: models/net.pkl, type: model, desc: Finds tumours.}
  cases: {path: data/cases.csv, type: dataset}
metrics: [metrics.json]
"""


def tag(repository: Made, name: str, commit: str, time: int = T0) -> None:
    """Make an annotated tag at a given second, as GTO does."""
    who = f"Ada <ada@example.org> {time} +0000"
    text = f"object {commit}\ntype commit\ntag {name}\ntagger {who}\n\nmade\n"
    repository.git("update-ref", f"refs/tags/{name}", repository.put("tag", text.encode()))


def project(path: Path) -> tuple[Made, list[str]]:
    """Return a repository with four commits of a DVC project, and their ids."""
    repository = made(path)
    commits = []
    for number in range(4):
        files = {"metrics.json": json.dumps({"acc": 0.7 + number / 100})}
        if number == 0:
            files["dvc.yaml"] = DVC_YAML
        commits.append(repository.commit(f"number {number}", files, time=T0 + number))
    repository.git("checkout", "--quiet", "--force", "main")
    return repository, commits


def models(path: Path) -> list[dict[str, object]]:
    frame = load(Request((str(path),))).models
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def versions(path: Path) -> dict[tuple[str, str], str]:
    """Return the stages by model and version."""
    return {(str(m["name"]), str(m["version"])): str(m["stage"]) for m in models(path)}


def test_versions_and_stages_out_of_tags(tmp_path: Path) -> None:
    repository, commits = project(tmp_path / "repo")
    tag(repository, "net@v1.0.0", commits[0], T0 + 10)
    tag(repository, "net@v1.1.0", commits[1], T0 + 20)
    tag(repository, "net#prod#1", commits[0], T0 + 30)
    tag(repository, "net#prod#2", commits[1], T0 + 40)
    tag(repository, "net#dev", commits[1], T0 + 50)
    tag(repository, "v7", commits[2])  # a tag of the project's own
    assert versions(tmp_path / "repo") == {("net", "v1.0.0"): "", ("net", "v1.1.0"): "dev, prod"}
    newest = next(m for m in models(tmp_path / "repo") if m["version"] == "v1.1.0")
    assert newest["commit"] == commits[1]
    assert newest["path"] == "models/net.pkl"
    assert newest["description"] == "Finds tumours."
    assert newest["location"] == "repo"
    assert str(newest["created"]) == "2023-11-14 22:13:40+00:00"


def test_a_stage_that_is_taken_back_goes_to_the_one_that_had_it_before(tmp_path: Path) -> None:
    repository, commits = project(tmp_path / "repo")
    for number, commit in enumerate(commits[:2]):
        tag(repository, f"net@v1.{number}.0", commit, T0 + number)
        tag(repository, f"net#prod#{number + 1}", commit, T0 + 10 + number)
    tag(repository, "net#prod!#3", commits[1], T0 + 20)
    assert versions(tmp_path / "repo")["net", "v1.0.0"] == "prod"
    tag(repository, "net#prod!#4", commits[0], T0 + 30)
    assert set(versions(tmp_path / "repo").values()) == {""}


def test_events_of_one_second_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    repository, commits = project(tmp_path / "repo")
    for number in range(1, 12):  # 10 comes after 9, which text would sort otherwise
        tag(repository, f"net#prod#{number}", commits[number % 2], T0)
    assert versions(tmp_path / "repo") == {("net", commits[1][:7]): "prod"}


def test_versions_may_be_taken_back_and_models_retired(tmp_path: Path) -> None:
    repository, commits = project(tmp_path / "repo")
    tag(repository, "net@v1.0.0", commits[0], T0)
    tag(repository, "net@v2.0.0", commits[1], T0 + 1)
    tag(repository, "net@v2.0.0!", commits[1], T0 + 2)
    tag(repository, "net@deprecated#4", commits[1], T0 + 3)
    [only] = models(tmp_path / "repo")
    assert (only["version"], only["status"]) == ("v1.0.0", "deprecated")


def test_an_artifact_without_a_version_is_told_and_data_are_no_models(tmp_path: Path) -> None:
    project(tmp_path / "repo")
    [only] = models(tmp_path / "repo")
    assert (only["name"], only["version"], only["model_type"]) == ("net", "", "model")


def test_models_of_a_folder_are_named_with_it(tmp_path: Path) -> None:
    repository, _ = project(tmp_path / "repo")
    files = {"nlp/dvc.yaml": "artifacts: {ner: {path: ner.bin, type: model}}\n"}
    commit = repository.commit("a folder", files)
    tag(repository, "nlp=ner@v0.1.0", commit, T0)
    found = {str(m["name"]): m for m in models(tmp_path / "repo")}
    assert found["nlp:ner"]["path"] == "nlp/ner.bin"


def test_the_site_says_which_version_is_in_production(tmp_path: Path) -> None:
    repository, commits = project(tmp_path / "repo")
    tag(repository, "net@v1.0.0", commits[0], T0)
    tag(repository, "net@v1.3.0", commits[3], T0 + 1)
    tag(repository, "net#prod", commits[0], T0 + 2)
    config = "objective: {metric: acc, goal: maximize}\n"
    (tmp_path / "repo" / "report.yaml").write_text(config)
    runfolio.build(tmp_path / "repo", output=tmp_path / "site")
    told = Site(tmp_path / "site").report["models"]
    assert told["production"]["version"] == "v1.0.0"
    # The commit has no run of its own: its figure is that of the history.
    assert {v["version"]: v["value"] for v in told["versions"]} == {"v1.0.0": 0.7, "v1.3.0": 0.73}
    page = (tmp_path / "site" / "models.html").read_text()
    assert "Version v1.0.0 of net is in production with acc 0.70" in page


def test_hostile_tags_and_files_stay_in_their_repository(tmp_path: Path) -> None:
    repository, commits = project(tmp_path / "repo")
    (tmp_path / "dvc.yaml").write_text("artifacts: {net: {desc: SECRET, type: model}}\n")
    bad = repository.commit("bad", {"dvc.yaml": "artifacts: [\n", "up/dvc.yaml": "- 1\n"})
    for name in ("../net=x@v1.0.0", "..=x@v1.0.0", ".=y@v1.0.0", "net@v1.0.0#99999999999"):
        with suppress(AssertionError):  # git itself refuses some
            tag(repository, name, commits[0])
    tag(repository, "net@v9.9.9", bad)
    tables = load(Request((str(tmp_path / "repo"),)))
    assert "SECRET" not in tables.models.to_string()
    assert ("net", "v9.9.9") in versions(tmp_path / "repo")
    assert "gto-dvc-yaml-unreadable" in {problem.slug for problem in tables.problems}


def read(tags: Iterable[tuple[str, str]]) -> tuple[ModelRecord, ...]:
    given = [RepositoryTag(name, commit) for name, commit in tags]
    return tag_reader.read("repo", given, "", lambda commit, path: None).models


@pytest.mark.parametrize(
    "name",
    ["v1.0.0", "net@1.0.0", "net@v1.0", "@v1.0.0", "net@v1.0.0 ", "net#", "a/@v1.0.0", "net"],
)
def test_other_tags_are_none_of_gtos(name: str) -> None:
    assert read([(name, "a" * 40)]) == ()


def test_thousands_of_versions_are_bounded_and_that_is_told() -> None:
    tags = [RepositoryTag(f"net@v0.0.{n}", f"{n:040x}", n) for n in range(6_000)]
    found = tag_reader.read("repo", tags, "", lambda commit, path: None)
    assert len(found.models) == 5_000
    assert found.models[0].version == "v0.0.5999"
    assert [problem.slug for problem in found.problems] == ["gto-too-many-versions"]


@pytest.mark.peer
def test_gto_itself_says_the_same(tmp_path: Path, peers: Peers) -> None:
    peers.need("gto")
    repository, commits = project(tmp_path / "repo")
    home = tmp_path / "repo"
    repository.git("config", "user.name", "Ada")
    repository.git("config", "user.email", "ada@example.org")

    def gto(*arguments: str) -> str:
        code = "from gto.cli import app; app()"
        done = subprocess.run(
            [PYTHON, "-c", code, *arguments, "--repo", str(home)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "DO_NOT_TRACK": "1", "ITERATIVE_DO_NOT_TRACK": "1"},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def says() -> dict[str, dict[str, str]]:
        told = json.loads(gto("show", "--json"))
        return {name: about["stage"] for name, about in told.items()}

    def we_say() -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {"net": {}}
        for (name, version), stages in versions(home).items():
            for stage in filter(None, stages.split(", ")):
                found.setdefault(name, {})[stage] = version
        return found

    gto("register", "net", commits[0], "--version", "v1.0.0")
    gto("register", "net", commits[2], "--version", "v1.1.0")
    gto("assign", "net", "--version", "v1.0.0", "--stage", "prod")
    assert we_say() == {"net": dict(says()["net"])} == {"net": {"prod": "v1.0.0"}}
    gto("assign", "net", "--version", "v1.1.0", "--stage", "prod")
    gto("assign", "net", "--version", "v1.0.0", "--stage", "dev")
    assert we_say()["net"] == says()["net"] == {"prod": "v1.1.0", "dev": "v1.0.0"}
    gto("deprecate", "net", "v1.1.0", "prod")
    assert we_say()["net"] == says()["net"] == {"prod": "v1.0.0", "dev": "v1.0.0"}
    assert {v for _, v in versions(home)} == {"v1.0.0", "v1.1.0"}
