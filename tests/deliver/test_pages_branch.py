"""A site goes to a branch: what is there before and after, and who is told what."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from socket import create_connection, socket
from time import sleep

import pytest

from remotes import Clones, clones, written_site
from runfolio.deliver.built_site import BuiltSite
from runfolio.deliver.pages_branch import publish_to_branch
from runfolio.deliver.pages_wish import PagesWish
from runfolio.deliver.published import Published
from runfolio.errors import DeliveryError, UsageError
from runfolio.render.reports_page import reports_page
from runfolio.render.theme import load_theme
from sites import Site


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clones:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    return clones(tmp_path)


def publish(
    made: Clones,
    site: Path | None,
    wish: PagesWish | None = None,
    folder: Path | None = None,
    *,
    tells: bool = True,
) -> Published:
    return publish_to_branch(
        folder or made.clone.path,
        BuiltSite.open(site) if site else None,
        wish or PagesWish(),
        lambda reports: reports_page(load_theme(), reports),
        version="9.9",
        tells_who=tells,
        tells_source=tells,
    )


def snapshot(folder: Path) -> dict[str, tuple[int, int, int]]:
    return {
        path.as_posix(): (about.st_mtime_ns, about.st_size, about.st_mode)
        for path in sorted(folder.rglob("*"))
        for about in [path.lstat()]
    }


def test_three_publishes_make_two_commits(made: Clones, tmp_path: Path) -> None:
    site = written_site(tmp_path / "site", {"runs/a.html": "a", "assets/style-1.css": "x"})
    before = snapshot(made.clone.path)
    first = publish(made, site)
    assert (first.written, first.new, first.removed) == (6, 6, 0)
    source = made.clone.git("rev-parse", "main")
    said = made.remote.git("log", "-1", "--format=%an <%ae>%n%B", "gh-pages")
    assert said.split("\n")[:3] == ["Ada <ada@example.org>", "Publish the report", ""]
    assert f"runfolio 9.9 from commit {source}" in said
    assert first.commit == made.remote.git("rev-parse", "gh-pages")

    again = publish(made, site)
    assert (again.commit, again.changed) == ("", False)
    assert made.remote.git("rev-parse", "gh-pages") == first.commit

    written_site(site, {"runs/b ü.html": "b", "assets/style-1.css": "x"})
    third = publish(made, site)
    # Two written: the new page and the marker that lists it. Gone: the page that is no more.
    assert (third.written, third.new, third.removed) == (2, 1, 1)
    assert made.remote.git("rev-parse", "gh-pages^") == first.commit
    assert made.commits() == ["Publish the report", "Publish the report"]
    assert [path for path in made.files() if path.startswith("runs/")] == ["runs/b ü.html"]
    assert snapshot(made.clone.path) == before, "not a file of the clone is written"


def test_what_others_put_there_stays(made: Clones, tmp_path: Path) -> None:
    theirs = {"CNAME": "report.example.org\n", "README": "hi", "docs/index.html": "docs"}
    made.clone.commit("Pages", theirs, branch="gh-pages")
    made.clone.git("push", "--quiet", "origin", "gh-pages")
    site = written_site(tmp_path / "site", {})
    assert publish(made, site).address == "https://report.example.org/"
    assert {path: made.show(path) for path in theirs} == {k: v.strip() for k, v in theirs.items()}
    assert ".nojekyll" in made.files()
    assert made.commits() == ["Publish the report", "Pages"]


def test_nothing_of_others_is_replaced(made: Clones, tmp_path: Path) -> None:
    made.clone.commit("Docs", {"index.html": "docs", "pr-1/a": "x"}, branch="gh-pages")
    made.clone.git("push", "--quiet", "origin", "gh-pages")
    site = written_site(tmp_path / "site", {})
    for folder, named in (("", "index.html already"), ("pr-1", "a folder pr-1")):
        with pytest.raises(DeliveryError, match=named) as told:
            publish(made, site, PagesWish(folder=folder))
        assert told.value.slug == "publish-file-in-the-way"
    publish(made, site, PagesWish(folder="pr-2"))
    assert made.show("index.html") == "docs"
    assert "pr-2/index.html" in made.files()
    assert "pr-2/index.html" in made.show("reports.html")


def test_reports_lie_side_by_side_with_a_list_of_them(made: Clones, tmp_path: Path) -> None:
    main = written_site(tmp_path / "main", {"runs/a.html": "a"}, title="Triage <main>")
    other = written_site(tmp_path / "pr", {}, title="Triage & more", day="2026-11-20")
    first = publish(made, other, PagesWish(folder="pr-1"))
    assert made.show("index.html") == made.show("reports.html"), "a list until there is a report"
    assert first.index == ""  # the address of a path is not known
    publish(made, main)
    assert made.show("index.html") == "<h1>one</h1>"
    publish(made, other, PagesWish(folder="pr-2"))
    tree = tmp_path / "tree"
    made.remote.git("worktree", "add", "--quiet", str(tree), "gh-pages")
    site = Site(tree)
    assert site.broken_links() == []
    words = site.text_of("reports.html").replace("\xa0", " ").split("\n")
    told = [word for word in words if word.strip()]
    order = [told.index(name) for name in ("Triage <main>", "pr-2", "pr-1")]
    assert order == sorted(order), "the main one, then the newest"
    assert told.count("Data up to 20 November 2026") == 2
    assert told.count("Data up to 15 November 2026") == 1
    with pytest.raises(DeliveryError, match="runs"):
        publish(made, other, PagesWish(folder="runs"))
    before = made.files()
    publish(made, other, PagesWish(folder="pr-1"))
    assert made.files() == before
    assert len(made.commits()) == 3, "what did not change is no commit, and stays in its place"


def test_old_reports_go(made: Clones, tmp_path: Path) -> None:
    site = written_site(tmp_path / "site", {})
    publish(made, site)
    for number in range(1, 5):
        publish(made, site, PagesWish(folder=f"pr-{number}"))
    told = publish(made, site, PagesWish(folder="pr-1", keep=2))
    # Unchanged, so not the newest, but never the one to go while it is published.
    assert told.gone == ("pr-2", "pr-3")
    assert {path.partition("/")[0] for path in made.files() if "/" in path} == {"pr-1", "pr-4"}
    assert publish(made, None, PagesWish(remove=("pr-4", "pr-9"))).gone == ("pr-4",)
    assert publish(made, None, PagesWish(remove=("pr-1",))).gone == ("pr-1",)
    assert made.files() == [".nojekyll", ".runfolio", "index.html", "report.json"]
    assert made.commits()[0] == "Take reports away"


def test_reports_of_branches_go_with_them(made: Clones, tmp_path: Path) -> None:
    site = written_site(tmp_path / "site", {})
    made.clone.git("push", "--quiet", "origin", "main:feature/New_Loss", "main:other")
    for folder in ("feature-new-loss", "other", "pr-7"):
        publish(made, site, PagesWish(folder=folder))
    assert publish(made, None, PagesWish(prune=True)).gone == ()
    made.clone.git("push", "--quiet", "origin", ":feature/New_Loss")
    assert publish(made, None, PagesWish(prune=True)).gone == ("feature-new-loss",)
    assert "pr-7/index.html" in made.files(), "it was never the name of a branch"
    assert "feature-new-loss" not in made.show("index.html")


def test_the_branch_moves_between_fetch_and_push(made: Clones, tmp_path: Path) -> None:
    site = written_site(tmp_path / "site", {})
    publish(made, site)
    # While the first push is under way, somebody else adds a commit; once.
    made.hook(
        "pre-receive",
        "test -e moved && exit 0\ntouch moved\nunset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY "
        "GIT_ALTERNATE_OBJECT_DIRECTORIES\ntree=$(git rev-parse gh-pages^{tree})\n"
        "new=$(GIT_AUTHOR_NAME=B GIT_AUTHOR_EMAIL=b@example.org GIT_COMMITTER_NAME=B "
        "GIT_COMMITTER_EMAIL=b@example.org git commit-tree -p gh-pages -m Theirs $tree)\n"
        "git update-ref refs/heads/gh-pages $new",
    )
    written_site(site, {"new.html": "n"})
    assert publish(made, site).commit == made.remote.git("rev-parse", "gh-pages")
    assert made.commits() == ["Publish the report", "Theirs", "Publish the report"]


def test_a_branch_that_never_rests_is_given_up(
    made: Clones, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runfolio.deliver.pages_branch._PAUSE", 0)
    site = written_site(tmp_path / "site", {})
    publish(made, site)
    made.hook(
        "pre-receive",
        "unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n"
        "export GIT_AUTHOR_NAME=B GIT_AUTHOR_EMAIL=b@example.org GIT_COMMITTER_NAME=B "
        "GIT_COMMITTER_EMAIL=b@example.org\ngit update-ref refs/heads/gh-pages "
        '"$(git commit-tree -p gh-pages -m Theirs gh-pages^{tree})"',
    )
    written_site(site, {"new.html": "n"})
    with pytest.raises(DeliveryError, match="moved the branch gh-pages 5 times") as told:
        publish(made, site)
    assert told.value.slug == "publish-branch-moves"
    assert made.commits() == ["Theirs"] * 5 + ["Publish the report"], "theirs are all there"


def test_a_remote_that_refuses_is_quoted(made: Clones, tmp_path: Path) -> None:
    site = written_site(tmp_path / "site", {})
    made.hook("pre-receive", "echo 'GH006: Protected branch update failed' >&2; exit 1")
    with pytest.raises(DeliveryError) as told:
        publish(made, site)
    assert told.value.slug == "publish-refused"
    assert "pre-receive hook declined" in told.value.message
    assert "the remote says: GH006: Protected branch update failed" in told.value.message
    assert made.remote.git("for-each-ref", "refs/heads/gh-pages") == ""


def test_a_server_that_only_lets_read(made: Clones, tmp_path: Path) -> None:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ("--listen=127.0.0.1", f"--port={port}", "--reuseaddr", "--export-all")
    server = subprocess.Popen(["git", "daemon", *options, f"--base-path={tmp_path}", tmp_path])
    try:
        made.clone.git("remote", "set-url", "origin", f"git://127.0.0.1:{port}/remote.git")
        for _ in range(100):
            with suppress(OSError), create_connection(("127.0.0.1", port), 1):
                break
            sleep(0.05)
        with pytest.raises(DeliveryError, match="origin does not take the report") as told:
            publish(made, written_site(tmp_path / "site", {}))
    finally:
        server.terminate()
        server.wait()
    assert told.value.slug == "publish-refused"
    assert "access denied or repository not exported" in told.value.message
    assert "contents: write" in told.value.message


def test_a_dry_run_changes_nothing(made: Clones, tmp_path: Path) -> None:
    site = written_site(tmp_path / "site", {})
    before = snapshot(made.clone.path), snapshot(made.remote.path)
    told = publish(made, site, PagesWish(dry_run=True))
    assert (told.written, told.commit, told.dry_run) == (4, "", True)
    assert (snapshot(made.clone.path), snapshot(made.remote.path)) == before


def test_shallow_detached_and_dirty_clones_will_do(made: Clones, tmp_path: Path) -> None:
    made.clone.commit("Second", {"train.py": "print(2)\n"})
    made.clone.git("push", "--quiet", "origin", "main")
    shallow = tmp_path / "shallow"
    address = made.remote.path.as_uri()
    made.clone.git("clone", "--quiet", "--depth=1", "--single-branch", address, str(shallow))
    subprocess.run(["git", "checkout", "-q", "--detach"], cwd=shallow, check=True)
    (shallow / "train.py").write_text("changed\n")
    (shallow / "new").write_text("new\n")
    subprocess.run(["git", "add", "new"], cwd=shallow, check=True)
    (shallow / "below").mkdir()
    before = snapshot(shallow)
    site = written_site(tmp_path / "site", {})
    publish(made, site, folder=shallow / "below")
    assert snapshot(shallow) == before
    assert made.commits() == ["Publish the report"]
    written_site(site, {"more.html": ""})
    publish(made, site, folder=shallow)
    assert len(made.commits()) == 2, "on top of what is there"


@pytest.mark.parametrize(
    ("wish", "slug", "said"),
    [
        (PagesWish(remote="upstream"), "git-no-remote", "There is origin"),
        (PagesWish(remote="-x"), "git-no-remote", "no remote '-x'"),
        (PagesWish(remote="/nowhere/x.git"), "git-remote-unreachable", "git says"),
        (PagesWish(remote="ext::sh -c true"), "git-remote-unreachable", "not allowed"),
        (PagesWish(branch="a..b"), "git-branch-name", "'a..b'"),
        (PagesWish(branch="main"), "publish-source-branch", "a branch of their own"),
    ],
)
def test_what_cannot_be(
    made: Clones, tmp_path: Path, wish: PagesWish, slug: str, said: str
) -> None:
    with pytest.raises((DeliveryError, UsageError)) as told:
        publish(made, written_site(tmp_path / "site", {}), wish)
    assert told.value.slug == slug
    assert said in told.value.message
    assert made.remote.git("for-each-ref", "--format=%(refname)") == "refs/heads/main"


def test_no_password_is_told(made: Clones, tmp_path: Path) -> None:
    address = "https://ada:s3cr3t@localhost:1/lab/triage.git"
    made.clone.git("remote", "set-url", "origin", address)
    with pytest.raises(UsageError) as told:
        publish(made, written_site(tmp_path / "site", {}))
    assert told.value.slug == "git-remote-unreachable"
    assert "s3cr3t" not in str(told.value)
    assert "ada" not in str(told.value)
    # Nor where the address itself is named as the remote, and it works.
    made.clone.git("config", f"url.{made.remote.path}.insteadOf", address)
    site = written_site(tmp_path / "site", {})
    assert publish(made, site, PagesWish(remote=address)).place == (
        "gh-pages of https://localhost:1/lab/triage.git"
    )
    made.hook("pre-receive", "exit 1")
    with pytest.raises(DeliveryError) as refused:
        publish(made, site, PagesWish(remote=address, folder="pr-1"))
    assert "s3cr3t" not in str(refused.value)


def test_a_full_disk(made: Clones, tmp_path: Path) -> None:
    """No file may grow beyond 8 kB, so git cannot write the commit's objects."""
    site = written_site(tmp_path / "site", {"big.bin": os.urandom(30_000).hex()})
    done = subprocess.run(
        [
            *("bash", "-c", 'ulimit -f 8; exec "$@"', "bash", sys.executable, "-c"),
            "import sys\nfrom pathlib import Path\n"
            "from runfolio.deliver.built_site import BuiltSite\n"
            "from runfolio.deliver.pages_branch import publish_to_branch\n"
            "from runfolio.deliver.pages_wish import PagesWish\n"
            "from runfolio.errors import RunfolioError\n"
            "try:\n    publish_to_branch(Path(sys.argv[1]), BuiltSite.open(Path(sys.argv[2])), "
            "PagesWish(), lambda _: b'', version='9')\n"
            "except RunfolioError as error:\n    print(error)\n",
            *(str(made.clone.path), str(site)),
        ],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Nothing was published. Make room" in done.stdout, done.stderr
    assert "[git-commit-failed]" in done.stdout
    assert made.remote.git("for-each-ref", "refs/heads/gh-pages") == ""


def test_who_and_from_what_is_not_told_of_an_anonymous_report(made: Clones, tmp_path: Path) -> None:
    publish(made, written_site(tmp_path / "site", {}), tells=False)
    said = made.remote.git("log", "-1", "--format=%an %ae %cn %ce %B", "gh-pages")
    assert "ada" not in said.lower()
    assert made.clone.git("rev-parse", "main") not in said


def test_links_are_refused_and_modes_are_plain(made: Clones, tmp_path: Path) -> None:
    site = written_site(tmp_path / "site", {"tool.sh": "x", "secret.html": "y"})
    (site / "tool.sh").chmod(0o755)
    publish(made, site)
    modes = made.remote.git("ls-tree", "-r", "gh-pages").splitlines()
    assert {line.split()[0] for line in modes} == {"100644"}
    (tmp_path / "secret").write_text("key")
    (site / "secret.html").unlink()
    (site / "secret.html").symlink_to(tmp_path / "secret")
    with pytest.raises(DeliveryError, match=re.escape("secret.html is a link")):
        publish(made, site)
    (site / "secret.html").unlink()
    with pytest.raises(DeliveryError, match="not as it was built"):
        publish(made, site)


@pytest.mark.parametrize("name", ["../x", "a/b", ".git", "", "-x", "reports.html", "a b"])
def test_a_folder_of_a_report_has_a_plain_name(name: str) -> None:
    with pytest.raises(UsageError) as told:
        PagesWish(remove=(name,))
    assert told.value.slug == "publish-folder-name"


def test_a_host_name_is_written_once(made: Clones, tmp_path: Path) -> None:
    site = written_site(tmp_path / "site", {})
    told = publish(made, site, PagesWish(cname="report.example.org", folder="pr-1"))
    assert told.address == "https://report.example.org/pr-1/"
    assert told.index == "https://report.example.org/reports.html"
    assert made.show("CNAME") == "report.example.org"
    assert not publish(made, site, PagesWish(cname="report.example.org", folder="pr-1")).changed
    for wrong in ("https://x.org", "x", "x.org/path", "a b.org"):
        with pytest.raises(UsageError, match="no host name"):
            PagesWish(cname=wrong)


def test_without_a_repository_there_is_no_branch(made: Clones, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    with pytest.raises(DeliveryError, match="--to s3://") as told:
        publish(made, written_site(tmp_path / "site", {}), folder=plain)
    assert told.value.slug == "publish-no-repository"
