"""The commits of a repository, with what they change: as git itself tells them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from repositories import T0, Link, Made, Submodule, made
from runfolio.storage.commits import Change, Commit
from runfolio.storage.git.repository import Repository, RepositoryError


@pytest.fixture
def repo(tmp_path: Path) -> Made:
    return made(tmp_path / "project")


def found(repo: Made) -> Repository:
    repository = Repository.find(repo.path, "project")
    assert repository is not None
    return repository


def log(repo: Made, start: str = "HEAD", **options: object) -> list[Commit]:
    return list(found(repo).log(start, **options))  # type: ignore[arg-type]


def test_a_commit_says_who_when_what(repo: Made) -> None:
    first = repo.commit("start\n\nwith a body", {"a": "1\n", "d/b": "2\n"})
    second = repo.commit("go on", {"a": "3\n", "d/b": None}, time=T0 + 60, author="Bo Ek")
    blob = {path: repo.git("rev-parse", path) for path in (f"{first}:a", f"{first}:d/b", "main:a")}
    assert log(repo) == [
        Commit(
            *(second, (first,), (T0 + 60) * 1000, "Bo Ek", "go on"),
            (
                Change("M", "a", "", blob["main:a"], "100644", blob[f"{first}:a"]),
                Change("D", "d/b", "", "", "", blob[f"{first}:d/b"]),
            ),
        ),
        Commit(
            *(first, (), T0 * 1000, "Ada", "start"),
            (
                Change("A", "a", "", blob[f"{first}:a"], "100644", ""),
                Change("A", "d/b", "", blob[f"{first}:d/b"], "100644", ""),
            ),
        ),
    ]


def test_a_renamed_file_has_both_names(repo: Made) -> None:
    text = "".join(f"line {n}\n" for n in range(50))
    repo.commit("a", {"old name": text})
    repo.commit("b", {"old name": None, "new name": text + "more\n"})
    (change,) = log(repo)[0].changes
    assert (change.status, change.old_path, change.path) == ("R", "old name", "new name")


def test_links_submodules_and_changes_of_type_are_told(repo: Made) -> None:
    first = repo.commit("a", {"x": "1", "ref": Link("x"), "sub": Submodule("1" * 40)})
    repo.commit("b", {"x": Link("ref"), "sub": Submodule("2" * 40)})
    then, before = log(repo)
    assert [(c.status, c.path, c.mode) for c in then.changes] == [
        ("M", "sub", "160000"),
        ("T", "x", "120000"),
    ]
    assert then.changes[0].blob == "2" * 40
    assert {(c.path, c.mode) for c in before.changes} == {
        *(("x", "100644"), ("ref", "120000"), ("sub", "160000")),
    }
    assert before.id == first


@pytest.mark.parametrize(
    "path", ["with\nline", 'a "quote"', "tab\tand\\backslash", "-dash", ":colon", " ", "ü/é", "*?["]
)
def test_odd_names_come_as_they_are(repo: Made, path: str) -> None:
    repo.commit("odd", {path: "1", "plain": "2"})
    assert sorted(change.path for change in log(repo)[0].changes) == sorted([path, "plain"])


def test_a_name_that_is_no_utf8_keeps_its_bytes(repo: Made) -> None:
    repo.commit("odd", {b"caf\xe9": "1"})
    (change,) = log(repo)[0].changes
    assert change.path.encode("utf-8", "surrogateescape") == b"caf\xe9"


def test_a_merge_is_compared_with_its_first_parent(repo: Made) -> None:
    base = repo.commit("base", {"a": "1"})
    side = repo.commit("side", {"b": "2"}, branch="side", parents=[base])
    main = repo.commit("main", {"c": "3"})
    merge = repo.commit("merge", {"b": "2"}, parents=[main, side])
    assert [c.id for c in log(repo)] == [merge, main, base]
    everything = log(repo, first_parent=False)
    assert {c.id for c in everything} == {merge, main, side, base}
    assert everything[0].parents == (main, side)
    assert [change.path for change in everything[0].changes] == ["b"]


def test_an_octopus_and_unrelated_histories(repo: Made) -> None:
    one = repo.commit("one", {"1": "1"})
    two = repo.commit("two", {"2": "2"}, branch="two", parents=[])
    three = repo.commit("three", {"3": "3"}, branch="three", parents=[])
    merge = repo.commit("all", {"2": "2", "3": "3"}, parents=[one, two, three])
    commits = log(repo, first_parent=False)
    assert commits[0].id == merge
    assert commits[0].parents == (one, two, three)
    assert {c.id for c in commits[1:]} == {one, two, three}
    assert found(repo).merge_base(one, two) is None


def test_an_empty_commit_changes_nothing(repo: Made) -> None:
    repo.commit("a", {"x": "1"})
    repo.commit("nothing")
    repo.commit("b", {"x": "2"})
    assert [(c.subject, len(c.changes)) for c in log(repo)] == [("b", 1), ("nothing", 0), ("a", 1)]


@pytest.mark.parametrize("first_parent", [True, False])
def test_the_order_is_that_of_the_graph_and_not_of_the_clock(
    repo: Made, first_parent: bool
) -> None:
    ids = [repo.commit(f"{n}", {"x": str(n)}, time=T0 - n // 2) for n in range(8)]
    assert [c.id for c in log(repo, first_parent=first_parent)] == ids[::-1]


def test_where_to_start_where_to_end_and_how_many(repo: Made) -> None:
    ids = [repo.commit(f"{n}", {"x": str(n)}) for n in range(6)]
    assert [c.id for c in log(repo, "main~1", since=ids[1])] == ids[4:1:-1]
    assert [c.id for c in log(repo, "main", most=2)] == ids[:3:-1]
    side = repo.commit("side", {"y": "1"}, branch="side", parents=[ids[2]])
    both = {c.id for c in found(repo).log([ids[5], side], since=ids[2])}
    assert both == {ids[5], ids[4], ids[3], side}
    assert list(found(repo).log([])) == []


def test_commits_alone_come_in_the_order_asked(repo: Made) -> None:
    one = repo.commit("one", {"x": "1"}, time=T0 + 9)
    two = repo.commit("two\n\nmore", {"x": "2"}, author="Bo", time=T0)
    three = repo.commit("three", {"x": "3"}, time=T0 + 5)
    assert list(found(repo).tips([two, three, one])) == [
        Commit(two, (one,), T0 * 1000, "Bo", "two", ()),
        Commit(three, (two,), (T0 + 5) * 1000, "Ada", "three", ()),
        Commit(one, (), (T0 + 9) * 1000, "Ada", "one", ()),
    ]
    assert list(found(repo).tips([])) == []
    with pytest.raises(RepositoryError):
        list(found(repo).tips(["1" * 40]))


def test_a_dangling_commit_is_read_by_its_id(repo: Made) -> None:
    lost = repo.commit("lost", {"x": "1"})
    repo.commit("rewritten", {"x": "2"}, parents=[])
    assert [c.subject for c in log(repo)] == ["rewritten"]
    assert [c.subject for c in log(repo, lost)] == ["lost"]


@pytest.mark.parametrize(
    ("message", "subject"),
    [
        (b"caf\xe9", "caf\ufffd"),
        ("größer".encode(), "größer"),
        (b"", ""),
        (b"\n\n  late \n", "  late"),
        (b"one\ntwo\n\nthree", "one two"),
        pytest.param(b"x" * 3_000_000, "x" * 999 + "…", id="very long"),
        (b":100644 100644 a b M", ":100644 100644 a b M"),
    ],
)
def test_messages_of_all_kinds(repo: Made, message: bytes, subject: str) -> None:
    repo.commit("before", {"x": "1"})
    repo.commit(message, {"x": "2"})
    then, before = log(repo)
    assert then.subject == subject
    assert (len(then.changes), before.subject) == (1, "before")


@pytest.mark.parametrize(
    ("charset", "raw", "subject"),
    [
        ("ISO-8859-1", b"caf\xe9", "café"),
        ("Shift_JIS", b"\x83e\x83X\x83g", "テスト"),
        ("no-such-thing", b"caf\xc3\xa9", "café"),
        ("unicode_escape", rb"x\x00y", r"x\x00y"),
    ],
)
def test_messages_in_the_encoding_that_they_name(
    repo: Made, charset: str, raw: bytes, subject: str
) -> None:
    repo.commit("tree", {"x": "1"})
    tree = repo.git("rev-parse", "main^{tree}")
    header = f"author Ada <a@b> {T0} +0000\ncommitter Ada <a@b> {T0} +0000\nencoding {charset}"
    commit = repo.put("commit", f"tree {tree}\n{header}\n\n".encode() + raw)
    (only,) = log(repo, commit)
    assert only.subject == subject
    assert [change.path for change in only.changes] == ["x"]


@pytest.mark.parametrize("charset", ["UTF-7", "UTF-16", "IBM037", "IBM-1047"])
def test_no_encoding_makes_a_commit_pretend_to_be_more(repo: Made, charset: str) -> None:
    repo.commit("tree", {"x": "1"})
    tree = repo.git("rev-parse", "main^{tree}")
    # In UTF-7 these are NULs and ends of lines, in IBM's encodings the bytes 0x25 and 0x15 are.
    person = b"A+AAA-:1 2 3 4 A+AAA-%%\x15+AAo-B <a@b> %d +0000" % T0
    header = b"author %s\ncommitter %s\nencoding %s" % (person, person, charset.encode())
    raw = b"tree %s\n%s\n\n%s" % (tree.encode(), header, b"x+AAA-:1 2 3 4 A+AAA-fake%\x15y")
    (only,) = log(repo, repo.put("commit", raw))
    assert [change.path for change in only.changes] == ["x"]
    assert "\n" not in only.author + only.subject


@pytest.mark.parametrize(
    ("date", "limit"),
    [("-86400", 0), ("0", 0), ("99999999999999999999999", 2**63), ("nonsense", 0), ("1e9", 10**12)],
)
def test_nonsense_for_a_date_stops_nothing(repo: Made, date: str, limit: int) -> None:
    repo.commit("tree", {"x": "1"})
    tree = repo.git("rev-parse", "main^{tree}")
    person = f"Ada <a@b> {date} +0000"
    made_by_hand = f"tree {tree}\nauthor {person}\ncommitter {person}\n\nm\n"
    (only,) = log(repo, repo.put("commit", made_by_hand.encode()))
    assert abs(only.time) <= max(limit, 86_400_000)
    assert -(2**63) < only.time < 2**63
    assert len(only.changes) == 1


def test_an_author_without_a_name_or_address(repo: Made) -> None:
    repo.commit("tree", {"x": "1"})
    tree = repo.git("rev-parse", "main^{tree}")
    for header in (b"author <a@b> 1 +0000", b"author", b"", b"author x\ncommitter y"):
        commit = repo.put("commit", b"tree %s\n%s\n\nm\n" % (tree.encode(), header))
        (only,) = log(repo, commit)
        assert only.author == ""
        assert "@" not in repr(only)


def test_what_comes_before_a_damaged_commit_is_kept(repo: Made) -> None:
    ids = [repo.commit(f"{n}", {"x": str(n)}) for n in range(4)]
    tree = repo.git("rev-parse", f"{ids[1]}^{{tree}}")
    _remove(repo, tree)
    commits = found(repo).log("main")
    assert next(commits).id == ids[3]
    with pytest.raises(RepositoryError, match="could not be read to its end") as told:
        next(commits)
    assert told.value.slug == "git-unreadable"
    assert str(repo.path) not in str(told.value)


def _remove(repo: Made, name: str) -> None:
    """Remove one object, wherever it lies."""
    for pack in (repo.path / ".git/objects/pack").iterdir():
        content = pack.read_bytes()
        pack.unlink()
        if pack.suffix == ".pack":
            repo.git("unpack-objects", given=content)
    (repo.path / ".git/objects" / name[:2] / name[2:]).unlink()


def test_ending_early_leaves_no_process_waiting(repo: Made) -> None:
    script = b"".join(
        b"commit refs/heads/main\ncommitter A <a@b> %d +0000\ndata 1\nxM 100644 inline f\n"
        b"data 6\n%06d\n" % (T0 + n, n)
        for n in range(5000)
    )
    repo.git("fast-import", "--quiet", given=script)
    start = time.monotonic()
    for commit in found(repo).log("main"):
        assert commit.changes
        break
    assert time.monotonic() - start < 30  # it would wait for ever
