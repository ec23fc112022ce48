"""What is followed through a repository's commits, against git itself and by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from repositories import Link, Made, Submodule, made
from runfolio.errors import UsageError
from runfolio.ingest.history import Following, ReadHistory, read_history
from runfolio.ingest.kept import KeptVersions
from runfolio.model.locale import locale_named, written_in
from runfolio.registry import find
from runfolio.storage.git.repository import Repository

DVC_YAML = """
stages:
  train:
    cmd: python train.py
    deps: [data/train.csv, train.py]
    params: [lr]
    metrics: [scores/out.json: {cache: false}]
"""
LOCK = """
schema: '2.0'
stages:
  train:
    cmd: python train.py
    deps:
    - path: data/train.csv
      hash: md5
      md5: %s
      size: 10
    - path: train.py
      hash: md5
      md5: %s
      size: 10
    outs:
    - path: model.pkl
      hash: md5
      md5: %s
      size: 10
"""


def accuracy(value: float, **more: float) -> str:
    return json.dumps({"accuracy": value, **more})


def history_of(repository: Made, kept: KeptVersions | None = None, **following: Any) -> ReadHistory:
    found = Repository.find(repository.path, "team/project")
    assert found is not None
    readers = find("runfolio.sources", "history_reader", "runfolio.history")
    return read_history(found, Following(**following), readers, kept or KeptVersions(None))


def values(read: ReadHistory, metric: str = "accuracy") -> list[tuple[int, float]]:
    assert read.history is not None
    rows = read.history.values
    rows = rows[rows["metric"] == metric]
    return list(zip(rows["position"].tolist(), rows["value"].tolist(), strict=True))


def changes(read: ReadHistory, table: str) -> list[tuple[Any, ...]]:
    assert read.history is not None
    return [tuple(row) for row in getattr(read.history, table).itertuples(index=False)]


def slugs(read: ReadHistory) -> list[str]:
    return [problem.slug for problem in read.problems]


@pytest.fixture
def repository(tmp_path: Path) -> Made:
    return made(tmp_path / "project")


class TestValues:
    def test_each_commit_that_wrote_the_file_is_a_point_as_git_shows_it(
        self, repository: Made
    ) -> None:
        for number in range(6):
            files = {"metrics.json": accuracy(0.5 + number / 10)} if number != 3 else {"a.txt": "x"}
            repository.commit(f"commit {number}", files)
        read = history_of(repository)
        assert read.history is not None
        commits = read.history.commits["commit"].tolist()
        assert commits == repository.git("rev-list", "--reverse", "main").splitlines()
        assert [at for at, _ in values(read)] == [0, 1, 2, 4, 5]
        for at, value in values(read):
            shown = json.loads(repository.git("show", f"{commits[at]}:metrics.json"))
            assert value == shown["accuracy"]

    def test_the_order_is_the_graphs_whatever_the_dates_say(self, repository: Made) -> None:
        for number, time in enumerate((900, 500, 500, 100)):
            repository.commit(str(number), {"metrics.json": accuracy(number)}, time=10**9 + time)
        assert values(history_of(repository)) == [(0, 0.0), (1, 1.0), (2, 2.0), (3, 3.0)]

    def test_nested_keys_numbers_as_text_and_nan(self, repository: Made) -> None:
        repository.commit("a", {"metrics.json": '{"val": {"f1": "0.5"}, "note": "x", "n": NaN}'})
        repository.commit("b", {"metrics.json": '{"val": {"f1": 1}, "flag": true}'})
        read = history_of(repository)
        assert values(read, "val.f1") == [(0, 0.5), (1, 1.0)]
        assert read.history is not None
        assert set(read.history.values["metric"]) == {"val.f1", "n"}

    @pytest.mark.parametrize(
        ("name", "first", "second"),
        [
            ("metrics.yaml", "accuracy: 0.25\n", "accuracy: 0.5\n"),
            ("metrics.toml", "accuracy = 0.25\n", "accuracy = 0.5\n"),
            ("metrics.csv", "epoch,accuracy\n0,0.1\n1,0.25\n", "epoch,accuracy\n0,0.5\n"),
            ("metrics.tsv", "accuracy\n0.25\n", "accuracy\n0.25\n0.5\n"),
            ("metrics.json", '[{"accuracy": 0.1}, {"accuracy": 0.25}]', '[{"accuracy": 0.5}]'),
        ],
    )
    def test_every_kind_of_file(self, repository: Made, name: str, first: str, second: str) -> None:
        repository.commit("a", {name: first})
        repository.commit("b", {name: second})
        assert values(history_of(repository)) == [(0, 0.25), (1, 0.5)]

    def test_a_dvclive_folder_joins_names_as_its_run_does(self, repository: Made) -> None:
        for value in (0.25, 0.5):
            nested = json.dumps({"step": 9, "val": {"acc": value}})
            repository.commit("a", {"dvclive/metrics.json": nested, "dvclive/params.yaml": "a: 1"})
        assert values(history_of(repository), "val/acc") == [(0, 0.25), (1, 0.5)]


class TestWhatIsFollowed:
    def test_what_any_version_of_dvc_yaml_names(self, repository: Made) -> None:
        repository.commit("a", {"dvc.yaml": DVC_YAML, "scores/out.json": accuracy(0.25)})
        repository.commit("b", {"scores/out.json": accuracy(0.5)})
        repository.commit("c", {"dvc.yaml": "stages: {}\n", "scores/out.json": accuracy(0.75)})
        assert values(history_of(repository)) == [(0, 0.25), (1, 0.5), (2, 0.75)]

    def test_a_file_that_dvc_keeps_outside_of_git_is_told(self, repository: Made) -> None:
        files = {"dvc.yaml": DVC_YAML, "metrics.json": accuracy(1)}
        repository.commit("a", files)
        repository.commit("b", {"metrics.json": accuracy(2)})
        (problem,) = history_of(repository).problems
        assert problem.slug == "dvc-value-not-in-git"
        assert problem.place == "team/project:scores/out.json"

    def test_a_run_that_was_committed_once_is_no_history(self, repository: Made) -> None:
        repository.commit("a", {"runs/1/metrics.json": accuracy(1)})
        repository.commit("b", {"runs/2/metrics.json": accuracy(2)})
        assert history_of(repository).history is None

    def test_one_name_in_two_files_side_by_side_is_two_metrics(self, repository: Made) -> None:
        for number in (1, 2):
            repository.commit(
                str(number),
                {"a/metrics.json": accuracy(number), "b/metrics.json": accuracy(10 * number)},
            )
        read = history_of(repository)
        assert values(read, "a/metrics.json:accuracy") == [(0, 1.0), (1, 2.0)]
        assert values(read, "b/metrics.json:accuracy") == [(0, 10.0), (1, 20.0)]

    def test_a_renamed_file_goes_on(self, repository: Made) -> None:
        content = {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}
        repository.commit("a", {"old/scores.json": "{}", "metrics.json": accuracy(1, **content)})
        repository.commit("b", {"metrics.json": accuracy(2, **content)})
        moved = {"metrics.json": None, "eval/metrics.json": accuracy(2, **content)}
        repository.commit("c", moved)
        repository.commit("d", {"eval/metrics.json": accuracy(4, **content)})
        read = history_of(repository)
        assert read.history is not None
        assert read.history.files == ("eval/metrics.json",)
        assert values(read) == [(0, 1.0), (1, 2.0), (2, 2.0), (3, 4.0)]

    def test_configured_paths_that_followed_one_another_are_one_series(
        self, repository: Made
    ) -> None:
        repository.commit("a", {"first.json": accuracy(1), "metrics.json": accuracy(9)})
        repository.commit("b", {"first.json": None, "x/y/second.yaml": "accuracy: 0.123456789\n"})
        repository.commit("c", {"x/y/second.yaml": "accuracy: 3\n"})
        read = history_of(repository, paths=("first.json", "x/*.yaml"))
        assert values(read) == [(0, 1.0), (1, 0.123456789), (2, 3.0)]

    def test_a_configured_path_that_is_in_no_commit(self, repository: Made) -> None:
        repository.commit("a", {"metrics.json": accuracy(1)})
        read = history_of(repository, paths=("metric.json",))
        assert slugs(read) == ["history-path-unknown"]

    def test_aliases_join_a_metric_that_was_renamed(self, repository: Made) -> None:
        repository.commit("a", {"metrics.json": '{"acc": 1}'})
        repository.commit("b", {"metrics.json": '{"acc": 2, "accuracy": 3}'})
        repository.commit("c", {"metrics.json": '{"accuracy": 4}'})
        read = history_of(repository, aliases={"acc": "accuracy"})
        assert values(read) == [(0, 1.0), (1, 3.0), (2, 4.0)]

    def test_only_the_folder_that_is_reported_on(self, repository: Made) -> None:
        for number in (1, 2):
            repository.commit(
                str(number),
                {"metrics.json": accuracy(9 * number), "sub/metrics.json": accuracy(number)},
            )
        (repository.path / "sub").mkdir()
        found = Repository.find(repository.path / "sub", "sub")
        assert found is not None
        readers = find("runfolio.sources", "history_reader", "runfolio.history")
        read = read_history(found, Following(), readers, KeptVersions(None))
        assert values(read) == [(0, 1.0), (1, 2.0)]
        assert read.history is not None
        assert read.history.files == ("metrics.json",)


class TestWhatChanged:
    def test_params_and_data_and_other_files(self, repository: Made) -> None:
        first = {
            "dvc.yaml": DVC_YAML,
            "params.yaml": "lr: 0.1\ndepth: 3\n",
            "dvc.lock": LOCK % ("d1", "c1", "m1"),
            "raw.csv.dvc": "outs:\n- md5: r1\n  path: raw.csv\n",
            "scores/out.json": accuracy(1),
        }
        repository.commit("a", first)
        repository.commit("b", {"params.yaml": "lr: 0.2\nwidth: 4\n", "train.py": "x = 1\n"})
        repository.commit(
            "c",
            {
                "dvc.lock": LOCK % ("d2", "c2", "m2"),
                "raw.csv.dvc": "outs:\n- md5: r2\n  path: raw.csv\n",
                "scores/out.json": accuracy(2),
            },
        )
        read = history_of(repository)
        assert changes(read, "params") == [
            (1, "depth", "3", ""),
            (1, "lr", "0.1", "0.2"),
            (1, "width", "", "4"),
        ]
        # The code is told by its file, the model is what came out.
        assert changes(read, "data") == [
            (2, "data/train.csv", "d1", "d2"),
            (2, "raw.csv", "r1", "r2"),
        ]
        assert read.history is not None
        assert read.history.commits["files"].tolist()[1:] == ["train.py", ""]

    def test_over_a_version_that_cannot_be_read(self, repository: Made) -> None:
        files = {"metrics.json": accuracy(1), "params.yaml": "lr: 1\n"}
        repository.commit("a", files)
        repository.commit("b", {"metrics.json": accuracy(2), "params.yaml": "lr: [\n"})
        repository.commit("c", {"params.yaml": "lr: 3\n"})
        assert changes(history_of(repository), "params") == [(2, "lr", "1", "3")]

    def test_of_parallel_branches_each_change_is_against_its_own_parent(
        self, repository: Made
    ) -> None:
        files = {"metrics.json": accuracy(1), "params.yaml": "a: 1\nb: 1\n"}
        base = repository.commit("base", files)
        for branch, params in (("one", "a: 2\nb: 1\n"), ("two", "a: 1\nb: 2\n")):
            repository.commit(branch, {"params.yaml": params}, branch=branch, parents=[base])
        tips = [repository.git("rev-parse", branch) for branch in ("one", "two")]
        both = {"params.yaml": "a: 2\nb: 2\n", "metrics.json": accuracy(2)}
        repository.commit("merge", both, parents=tips)
        found = {
            tuple(row[1:]) for row in changes(history_of(repository, first_parent=False), "params")
        }
        assert found == {("a", "1", "2"), ("b", "1", "2")}

    def test_tags_by_pattern_and_authors_only_if_asked(self, repository: Made) -> None:
        for number in (1, 2):
            commit = repository.commit(
                f"number {number}", {"metrics.json": accuracy(number)}, author="Grace"
            )
            repository.git("tag", f"v{number}", commit)
        repository.git("tag", "nightly", commit)
        commits = history_of(repository, tags="v*").history
        assert commits is not None
        assert commits.commits["tags"].tolist() == ["v1", "v2"]
        assert commits.commits["author"].tolist() == ["", ""]
        told = history_of(repository, authors=True).history
        assert told is not None
        assert told.commits["author"].tolist() == ["Grace", "Grace"]
        assert told.commits["subject"].tolist() == ["number 1", "number 2"]

    def test_a_merge_is_one_commit_or_all_that_it_brought(self, repository: Made) -> None:
        base = repository.commit("base", {"metrics.json": accuracy(1)})
        side = repository.commit(
            "side", {"metrics.json": accuracy(5)}, branch="side", parents=[base]
        )
        left = repository.commit("left", {"a.txt": "x"})
        repository.commit("merge", {"metrics.json": accuracy(5)}, parents=[left, side])
        assert values(history_of(repository)) == [(0, 1.0), (2, 5.0)]
        whole = history_of(repository, first_parent=False)
        assert whole.history is not None
        assert sorted(whole.history.commits["subject"]) == ["base", "left", "merge", "side"]
        assert [value for _, value in values(whole)] == [1.0, 5.0, 5.0]

    def test_since_and_branch(self, repository: Made) -> None:
        for number in (1, 2, 3, 4):
            commit = repository.commit(str(number), {"metrics.json": accuracy(number)})
            if number == 2:
                repository.git("tag", "v1", commit)
        repository.commit("5", {"metrics.json": accuracy(5)}, branch="other", parents=[commit])
        assert [v for _, v in values(history_of(repository, since="v1"))] == [3.0, 4.0]
        assert [v for _, v in values(history_of(repository, branch="other"))][-1] == 5.0
        with pytest.raises(UsageError, match="no revision 'v11'"):
            history_of(repository, since="v11")


class TestBadInput:
    @pytest.mark.parametrize(
        ("damage", "said"),
        [
            ("<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> b\n", "marks of a merge"),
            ('{"accuracy": 1', "no valid JSON"),
            ('"a word"', "no values under names"),
            ("[" * 100_000, "nested"),
            (b"\0\1\2", "no text"),
            ("", "no valid JSON"),
            ('{"a": ' + "9" * 6000 + "}", "too long"),
        ],
    )
    def test_a_version_that_cannot_be_read_is_told_and_all_others_are(
        self, repository: Made, damage: str | bytes, said: str
    ) -> None:
        repository.commit("a", {"metrics.json": accuracy(1)})
        bad = repository.commit("b", {"metrics.json": damage})
        repository.commit("c", {"metrics.json": accuracy(3)})
        read = history_of(repository)
        assert values(read) == [(0, 1.0), (2, 3.0)]
        (problem,) = read.problems
        assert problem.slug == "git-version-unreadable"
        assert problem.place == f"team/project:metrics.json@{bad[:8]}"
        assert said in problem.message

    def test_many_bad_versions_are_told_in_few_lines(self, repository: Made) -> None:
        for number in range(12):
            repository.commit(str(number), {"metrics.json": f"{{{number}"})
        repository.commit("good", {"metrics.json": accuracy(1)})
        read = history_of(repository)
        assert len(read.problems) == 6
        assert "7 more" in read.problems[-1].message

    def test_a_file_that_vanished_and_came_back(self, repository: Made) -> None:
        repository.commit("a", {"metrics.json": accuracy(1)})
        repository.commit("b", {"metrics.json": None, "x": "1"})
        repository.commit("c", {"metrics.json": accuracy(3)})
        assert values(history_of(repository)) == [(0, 1.0), (2, 3.0)]

    def test_links_and_submodules_are_no_values(self, repository: Made) -> None:
        first = repository.commit("a", {"metrics.json": accuracy(1)})
        repository.commit("b", {"metrics.json": accuracy(2), "lib": Submodule(first)})
        repository.commit("c", {"metrics.json": Link("elsewhere.json")})
        read = history_of(repository)
        assert values(read) == [(0, 1.0), (1, 2.0)]
        assert slugs(read) == ["git-version-unreadable"]

    def test_python_in_yaml_runs_nothing(self, repository: Made) -> None:
        evil = "a: !!python/object/apply:os.system ['exit 1']\naccuracy: 2\n"
        repository.commit("a", {"metrics.yaml": "accuracy: 1\n", "params.yaml": evil})
        repository.commit("b", {"metrics.yaml": evil})
        assert values(history_of(repository)) == [(0, 1.0), (1, 2.0)]

    def test_odd_names_of_files(self, repository: Made) -> None:
        odd = b'dir\n"quoted" -x/\tmetrics.json' + b"\xff"
        path = odd.rpartition(b"/")[0] + b"/metrics.json"
        repository.commit("a", {path: accuracy(1)})
        repository.commit("b", {path: accuracy(2)})
        assert values(history_of(repository)) == [(0, 1.0), (1, 2.0)]

    def test_a_history_that_was_rewritten_is_what_the_branch_holds_now(
        self, repository: Made, tmp_path: Path
    ) -> None:
        base = repository.commit("base", {"metrics.json": accuracy(1)})
        repository.commit("first try", {"metrics.json": accuracy(2)})
        with KeptVersions(tmp_path / "versions.db") as kept:
            history_of(repository, kept)
        repository.commit("second try", {"metrics.json": accuracy(3)}, parents=[base])
        with KeptVersions(tmp_path / "versions.db") as kept:
            read = history_of(repository, kept)
        assert values(read) == [(0, 1.0), (1, 3.0)]
        assert read.history is not None
        assert read.history.commits["subject"].tolist() == ["base", "second try"]

    def test_one_change_on_two_branches_and_a_merge_of_three(self, repository: Made) -> None:
        base = repository.commit("base", {"metrics.json": accuracy(1)})
        tips = [
            repository.commit("same", {"metrics.json": accuracy(2)}, branch=name, parents=[base])
            for name in ("one", "two", "three")
        ]
        tips[2] = repository.commit("more", {"x": "y"}, branch="three")
        repository.commit("octopus", {"x": "y"}, parents=tips)
        assert values(history_of(repository)) == [(0, 1.0), (1, 2.0)]
        whole = history_of(repository, first_parent=False)
        assert {value for _, value in values(whole)} == {1.0, 2.0}
        assert whole.problems == ()

    def test_no_branch_is_checked_out(self, repository: Made) -> None:
        for number in (1, 2, 3):
            commit = repository.commit(str(number), {"metrics.json": accuracy(number)})
        repository.git("update-ref", "--no-deref", "HEAD", f"{commit}~1")
        read = history_of(repository)
        assert values(read) == [(0, 1.0), (1, 2.0)]
        assert read.history is not None
        assert read.history.branch == ""

    def test_no_commits_yet(self, repository: Made) -> None:
        read = history_of(repository)
        assert read.history is None
        assert slugs(read) == ["git-no-commits"]

    def test_a_shallow_clone_says_what_is_missing(self, repository: Made, tmp_path: Path) -> None:
        for number in range(5):
            repository.commit(str(number), {"metrics.json": accuracy(number)})
        repository.git(
            "clone", "--quiet", "--depth=2", f"file://{repository.path}", tmp_path / "clone"
        )
        read = history_of(Made(tmp_path / "clone"))
        assert [value for _, value in values(read)] == [3.0, 4.0]
        assert slugs(read) == ["git-shallow"]

    def test_a_partial_clone_says_which_values_are_missing(
        self, repository: Made, tmp_path: Path
    ) -> None:
        for number in range(4):
            repository.commit(str(number), {"metrics.json": accuracy(number)})
        repository.git("config", "uploadpack.allowFilter", "true")
        url = f"file://{repository.path}"
        repository.git("clone", "--quiet", "--filter=blob:none", url, tmp_path / "clone")
        read = history_of(Made(tmp_path / "clone"))
        assert [value for _, value in values(read)] == [3.0]  # what is checked out is there
        assert set(slugs(read)) == {"git-version-unreadable"}
        assert "missing" in read.problems[0].message or "not" in read.problems[0].message


class TestKept:
    def test_after_one_more_commit_only_what_is_new_is_parsed(
        self, repository: Made, tmp_path: Path
    ) -> None:
        path = tmp_path / "cache" / "versions.db"
        files = {"params.yaml": "a: 1\n"}
        for number in range(5):
            repository.commit(str(number), {"metrics.json": accuracy(number), **files})
            files = {}
        with KeptVersions(path) as kept:
            first = history_of(repository, kept)
        repository.commit("more", {"metrics.json": accuracy(9)})
        with KeptVersions(path) as kept:
            second = history_of(repository, kept)
        assert (first.parsed, first.kept) == (6, 0)
        assert (second.parsed, second.kept) == (1, 6)
        assert values(second) == [*values(first), (5, 9.0)]

    @pytest.mark.parametrize("damage", [b"no database at all" * 100, b""])
    def test_a_damaged_cache_is_made_anew(
        self, repository: Made, tmp_path: Path, damage: bytes
    ) -> None:
        path = tmp_path / "versions.db"
        path.write_bytes(damage)
        for number in range(3):
            repository.commit(str(number), {"metrics.json": accuracy(number)})
        for parsed in (3, 0):
            with KeptVersions(path) as kept:
                read = history_of(repository, kept)
            assert read.parsed == parsed
            assert values(read) == [(0, 0.0), (1, 1.0), (2, 2.0)]

    def test_a_cache_that_cannot_be_written_is_none(self, repository: Made, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        for number in range(2):
            repository.commit(str(number), {"metrics.json": accuracy(number)})
        with KeptVersions(tmp_path / "file" / "versions.db") as kept:
            assert history_of(repository, kept).parsed == 2

    def test_what_is_wrong_is_kept_in_no_locale(self, repository: Made, tmp_path: Path) -> None:
        repository.commit("a", {"metrics.yaml": f"a: [{'1, ' * 100_001}]\n"})
        repository.commit("b", {"metrics.yaml": "accuracy: 1\n"})
        told = []
        for name in ("de", "en"):
            with written_in(locale_named(name)), KeptVersions(tmp_path / "versions.db") as kept:
                told.append([problem.message for problem in history_of(repository, kept).problems])
        assert told[0] == told[1]
        assert "more than 100,000 values" in told[1][0]

    def test_nan_is_kept(self, repository: Made, tmp_path: Path) -> None:
        repository.commit("a", {"metrics.json": '{"accuracy": NaN}'})
        repository.commit("b", {"metrics.json": '{"accuracy": -Infinity}'})
        for _ in range(2):
            with KeptVersions(tmp_path / "versions.db") as kept:
                read = history_of(repository, kept)
        assert repr(values(read)) == "[(0, nan), (1, -inf)]"
