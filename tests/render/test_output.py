"""The site is swapped in whole, and nothing that is not ours is ever lost."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from runfolio.errors import LeakError, OutputError
from runfolio.render import swap
from runfolio.render.output import MARKER, SiteWriter, check_target

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes, links and signals of POSIX")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


@pytest.fixture(params=["exchange", "two renames"])
def both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test with and without the system's exchange of two folders."""
    if request.param == "two renames":
        monkeypatch.setattr(swap, "_exchange", lambda one, other: False)


def build(target: Path | str = "site", **files: str) -> None:
    with SiteWriter(Path(target)) as writer:
        for name, text in (files or {"index": "one"}).items():
            writer.write(f"{name}.html", text)
        writer.commit()


def contents(folder: Path | str = "site") -> dict[str, str]:
    folder = Path(folder)
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in (MARKER, ".nojekyll")
    }


def refused(target: Path | str, inputs: tuple[Path, ...] = ()) -> str:
    with pytest.raises(OutputError) as caught, SiteWriter(Path(target), inputs):
        pass
    return caught.value.slug


def interrupted(target: str) -> None:
    with SiteWriter(Path(target)) as writer:
        writer.write("index.html", "two")
        raise KeyboardInterrupt


@pytest.mark.usefixtures("both_ways")
def test_a_site_replaces_the_previous_one_whole(here: Path) -> None:
    build(index="one", gone="x")
    build(index="two")
    assert contents() == {"index.html": "two"}
    assert (here / "site" / ".nojekyll").is_file()
    assert os.listdir(here) == ["site"]


def test_missing_parents_are_made() -> None:
    build("a/b/site")
    assert contents("a/b/site") == {"index.html": "one"}


def test_an_empty_folder_becomes_the_site() -> None:
    Path("site").mkdir()
    build()
    assert contents() == {"index.html": "one"}


@posix
def test_modes_do_not_depend_on_the_umask() -> None:
    before = os.umask(0o077)
    try:
        with SiteWriter(Path("site")) as writer:
            writer.write("runs/a.html", b"x")
            writer.commit()
    finally:
        os.umask(before)
    modes = {p.relative_to("site").as_posix(): p.stat().st_mode & 0o777 for p in everything()}
    assert {path for path, mode in modes.items() if mode == 0o755} == {".", "runs"}
    assert {path for path, mode in modes.items() if mode == 0o644} == {
        "runs/a.html",
        MARKER,
        ".nojekyll",
    }


def everything() -> list[Path]:
    return [Path("site"), *Path("site").rglob("*")]


def test_two_builds_give_the_same_bytes() -> None:
    build("a", index="x", other="y")
    build("b", other="y", index="x")
    assert (Path("a") / MARKER).read_bytes() == (Path("b") / MARKER).read_bytes()


@pytest.mark.parametrize(
    "path",
    ["/etc/x", "../x", "a/../../x", "a//b", "./a", "", "a/", "a\\b", "a:b", "a\0b", "a\nb", "a."],
)
def test_unsafe_paths_are_refused(here: Path, path: str) -> None:
    with SiteWriter(Path("site")) as writer:
        with pytest.raises(OutputError, match="page-path-unsafe"):
            writer.write(path, b"x")
        writer.commit()
    assert contents() == {}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a.html", "a.html"),
        ("a.html", "A.HTML"),
        ("caf\u00e9.html", "cafe\u0301.html"),
        ("runs/a.html", "Runs/b.html"),
        ("runs", "runs/a.html"),
        ("runs/a.html", "runs"),
        ("a.html", MARKER),
        ("a.html", ".nojekyll"),
    ],
)
def test_two_files_never_share_a_path(first: str, second: str) -> None:
    with SiteWriter(Path("site")) as writer:
        writer.write(first, "x")
        with pytest.raises(OutputError, match="page-path-taken"):
            writer.write(second, "y")


def test_files_side_by_side_in_one_folder() -> None:
    with SiteWriter(Path("site")) as writer:
        writer.write("runs/a.html", "a")
        writer.write("runs/b.html", "b")
        writer.commit()
    assert contents() == {"runs/a.html": "a", "runs/b.html": "b"}


class TestRefusedTargets:
    def test_a_folder_that_is_not_a_site_is_left_as_it_is(self) -> None:
        Path("site").mkdir()
        Path("site/thesis.tex").write_text("years of work")
        assert refused("site") == "output-not-ours"
        assert contents() == {"thesis.tex": "years of work"}

    def test_the_current_folder_home_and_what_is_above(
        self, here: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", str(here / "home" / "me"))
        monkeypatch.setenv("USERPROFILE", str(here / "home" / "me"))
        (here / "home" / "me").mkdir(parents=True)
        for target in (".", "", "..", here, here.parent, "/", "home", "home/me", "home/../home"):
            assert refused(target) == "output-is-needed"

    def test_an_input_and_what_is_above_it_even_if_it_is_a_site(self, here: Path) -> None:
        build("logs")
        Path("logs/mlruns").mkdir()
        Path("logs/mlflow.db").touch()
        for source in ("logs", "logs/mlruns", "logs/mlflow.db"):
            assert refused("logs", (Path(source),)) == "output-is-needed"
        check_target(Path("logs/site"), (Path("logs"),))

    def test_a_file(self) -> None:
        Path("site").write_text("x")
        assert refused("site") == "output-is-a-file"
        assert refused("site/below") == "output-not-writable"
        assert Path("site").read_text() == "x"

    @posix
    def test_a_link(self) -> None:
        Path("real").mkdir()
        Path("site").symlink_to("real")
        Path("broken").symlink_to("nowhere")
        assert refused("site") == refused("broken") == "output-is-a-link"

    @posix
    def test_an_input_reached_through_a_link(self) -> None:
        build("real")
        Path("link").symlink_to("real")
        assert refused("real", (Path("link"),)) == "output-is-needed"

    @pytest.mark.parametrize("marker", ["", "{}", "[]", "\xff", '{"format": "runfolio-site"}'])
    def test_a_site_whose_marker_is_damaged(self, marker: str) -> None:
        build()
        (Path("site") / MARKER).write_text(marker, encoding="latin-1")
        assert refused("site") == "output-marker-unreadable"
        assert contents() == {"index.html": "one"}


@pytest.mark.usefixtures("both_ways")
class TestFilesOfOthers:
    def test_they_stay(self) -> None:
        build(index="one", gone="x")
        Path("site/CNAME").write_text("example.org")
        Path("site/extra").mkdir()
        Path("site/extra/photo.txt").write_text("photo")
        build(index="two")
        build(index="three")
        assert contents() == {
            "index.html": "three",
            "CNAME": "example.org",
            "extra/photo.txt": "photo",
        }

    def test_also_in_a_folder_of_ours_that_is_gone(self) -> None:
        with SiteWriter(Path("site")) as writer:
            writer.write("runs/a.html", "a")
            writer.commit()
        Path("site/runs/note.txt").write_text("mine")
        build()
        assert contents() == {"index.html": "one", "runs/note.txt": "mine"}

    def test_one_in_the_way_of_a_page_stops_the_build(self) -> None:
        build(index="one")
        Path("site/about.html").write_text("mine")
        with pytest.raises(OutputError, match=r"about\.html"):
            build(index="two", about="ours")
        assert contents() == {"index.html": "one", "about.html": "mine"}
        assert os.listdir() == ["site"]

    @posix
    def test_links_are_kept_as_links(self, here: Path) -> None:
        (here / "data").mkdir()
        (here / "data" / "x").write_text("precious")
        build()
        Path("site/data").symlink_to("../data")
        build()
        assert Path("site/data").readlink() == Path("../data")
        assert (here / "data" / "x").read_text() == "precious"

    def test_a_pages_checkout_stays_a_checkout(self, here: Path) -> None:
        def git(*words: str) -> str:
            command = ["git", "-C", "site", "-c", "user.name=a", "-c", "user.email=a@b.c", *words]
            return subprocess.run(command, check=True, capture_output=True, text=True).stdout

        Path("site").mkdir()
        git("init", "--quiet")
        build(index="one")
        git("add", "--all")
        git("commit", "--quiet", "--message", "one")
        build(index="two")
        git("fsck", "--strict")
        assert git("status", "--porcelain").split() == ["M", "index.html"]
        assert git("show", "HEAD:index.html") == "one"


class TestInterrupted:
    def test_an_error_leaves_the_previous_site_and_nothing_else(self, here: Path) -> None:
        build(index="one")
        with pytest.raises(KeyboardInterrupt):
            interrupted("site")
        assert contents() == {"index.html": "one"}
        assert os.listdir(here) == ["site"]

    def test_an_error_in_the_first_build_leaves_nothing(self, here: Path) -> None:
        with pytest.raises(KeyboardInterrupt):
            interrupted("a/b/site")
        assert os.listdir(here) == []

    def test_forgetting_to_commit_changes_nothing(self, here: Path) -> None:
        with SiteWriter(Path("site")) as writer:
            writer.write("index.html", "x")
        assert os.listdir(here) == []

    def test_the_second_rename_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        build(index="one")
        monkeypatch.setattr(swap, "_exchange", lambda one, other: False)
        rename = Path.rename

        def no_second_rename(self: Path, target: Path) -> Path:
            if ".new-" in self.name:
                raise OSError(28, "No space left on device")
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", no_second_rename)
        with pytest.raises(OutputError, match="No space left"):
            build(index="two")
        assert contents() == {"index.html": "one"}
        assert os.listdir() == ["site"]

    @posix
    @pytest.mark.parametrize("exchange", [True, False])
    def test_killed_at_any_moment(self, here: Path, exchange: bool) -> None:
        """Kill a build before its n-th change on disk, for each n until one goes through."""
        pages = {"index.html": "one", "runs/a.html": "one", "CNAME": "example.org"}
        new = {"index.html": "two", "runs/b.html": "two", "CNAME": "example.org"}
        seen: list[dict[str, str]] = []
        for moment in range(200):
            shutil.rmtree("site", ignore_errors=True)
            with SiteWriter(Path("site")) as writer:
                writer.write("index.html", "one")
                writer.write("runs/a.html", "one")
                writer.commit()
            Path("site/CNAME").write_text("example.org")
            code = _killed_at(moment, exchange)
            # What is there now, or what the next build's start makes of it, is whole.
            if exchange:
                assert contents() in (pages, new), moment
            with SiteWriter(Path("site")):
                seen.append(contents())
                assert seen[-1] in (pages, new), moment
            assert os.listdir(here) == ["site"], moment
            if code == 0:
                break
            assert code == -signal.SIGKILL
        assert code == 0
        assert seen[0] == pages
        assert seen[-1] == new
        assert len(seen) > 20  # there were many moments

    @posix
    def test_a_build_that_still_runs_is_left_alone(self, here: Path) -> None:
        with SiteWriter(Path("site")) as slow:
            slow.write("index.html", "slow")
            build(index="quick")
            slow.commit()
        assert contents() == {"index.html": "slow"}
        assert os.listdir(here) == ["site"]

    def test_a_folder_that_only_looks_like_a_left_over_stays(self) -> None:
        lookalike = Path(".site.new-0123456789ab")
        lookalike.mkdir()
        (lookalike / "mine.txt").write_text("mine")
        build()
        assert contents(lookalike) == {"mine.txt": "mine"}


_CHILD = """
import os, signal, sys
from pathlib import Path
from runfolio.render import swap
from runfolio.render.output import SiteWriter

left, exchange = int(sys.argv[1]), sys.argv[2] == "True"
if not exchange:
    swap._exchange = lambda one, other: False

def count_down():
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1

CHANGES = {"os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "os.chmod", "ctypes.dlsym"}

def watch(event, args):
    if event in CHANGES or event == "open" and args[2] & os.O_CREAT:
        count_down()

sys.addaudithook(watch)
with SiteWriter(Path("site")) as writer:
    writer.write("index.html", "two")
    writer.write("runs/b.html", "two")
    writer.commit()
left = -1
"""


def _killed_at(moment: int, exchange: bool) -> int:
    command = [sys.executable, "-c", _CHILD, str(moment), str(exchange)]
    return subprocess.run(command, check=False).returncode


@posix
def test_a_full_disk_or_a_missing_permission_is_told(here: Path, monkeypatch: Any) -> None:
    def full(*args: Any, **more: Any) -> int:
        raise OSError(28, "No space left on device")

    with SiteWriter(Path("site")) as writer:
        monkeypatch.setattr(os, "open", full)
        with pytest.raises(OutputError, match=r"site/a\.html: No space left on device"):
            writer.write("a.html", "x")
        monkeypatch.undo()


def test_what_may_not_be_written_leaves_the_previous_site(here: Path) -> None:
    build(index="one", more="x")
    seen: list[str] = []

    def inspect(path: str, data: bytes) -> None:
        seen.append(path)
        if b"secret" in data:
            raise LeakError(f"not in {path}", "leak")

    def leaking() -> None:
        with SiteWriter(Path("site"), inspect=inspect) as writer:
            writer.write("assets/shared.js", "a secret word", is_shared=True)
            writer.write("index.html", "two")
            writer.write("more.html", "the secret")

    with pytest.raises(LeakError):
        leaking()
    assert seen == ["index.html", "more.html"], "all but what every site has"
    assert contents() == {"index.html": "one", "more.html": "x"}
    assert os.listdir(here) == ["site"]
