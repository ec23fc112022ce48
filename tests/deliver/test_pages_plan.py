"""What commits change on a branch, whatever was there and in whatever order they come."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remotes import written_site
from runfolio.deliver.built_site import BuiltSite
from runfolio.deliver.pages_plan import plan_of
from runfolio.deliver.pages_wish import PagesWish
from runfolio.errors import DeliveryError
from runfolio.model.published import PublishedReport

THEIRS = ["CNAME", "README", "docs/index.html", "index.html", "runs/a.html", "pr-1/x", "runs"]
FOLDERS = ["", "pr-1", "pr-2", "runs", "docs"]


def index_page(reports: Sequence[PublishedReport]) -> bytes:
    return ", ".join(one.folder or "main" for one in reports).encode()


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> list[BuiltSite]:
    pages: list[dict[str, str]] = [{}, {"runs/a.html": "a", "x.csv": "1"}, {"runs/b.html": "b"}]
    folders = [tmp_path_factory.mktemp("site") for _ in pages]
    return [
        BuiltSite.open(written_site(folder, files, title=f"Title {number}"))
        for number, (folder, files) in enumerate(zip(folders, pages, strict=True))
    ]


def blob(content: bytes) -> str:
    """Return the id that `git hash-object` gives."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def apply(branch: dict[str, bytes], site: BuiltSite | None, wish: PagesWish) -> bool:
    """Do to a branch what a commit would, and tell whether that changed it."""
    files = {path: blob(content) for path, content in branch.items()}
    plan = plan_of(files, branch.__getitem__, site, wish, ["main"], index_page)
    for path in plan.removed:
        del branch[path]
    for path, content in plan.written.items():
        if content is None:
            assert site is not None
            content = site.read(path.removeprefix(f"{wish.folder}/" if wish.folder else ""))
        branch[path] = content
    return bool(plan.written or plan.removed)


def test_what_others_put_beside_a_report_in_its_folder_stays(sites: list[BuiltSite]) -> None:
    branch: dict[str, bytes] = {}
    apply(branch, sites[1], PagesWish(folder="pr-1"))
    branch["pr-1/notes.txt"] = b"theirs"
    apply(branch, sites[2], PagesWish(folder="pr-1"))
    assert ("pr-1/runs/b.html" in branch, "pr-1/runs/a.html" in branch) == (True, False)
    apply(branch, None, PagesWish(remove=("pr-1",)))
    assert [path for path in branch if path.startswith("pr-1/")] == ["pr-1/notes.txt"]


steps = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(FOLDERS),
        st.none() | st.integers(1, 2),
        st.lists(st.sampled_from(FOLDERS[1:]), max_size=1),
    ),
    max_size=6,
)


@given(st.sets(st.sampled_from(THEIRS)), steps)
def test_what_others_put_there_stays_and_reports_are_whole(
    sites: list[BuiltSite], names: set[str], todo: list[tuple[int, str, int | None, list[str]]]
) -> None:
    if "runs" in names:
        names.discard("runs/a.html")  # git has either a file or a folder of a name
    theirs = {name: f"theirs: {name}".encode() for name in names}
    branch = dict(theirs)
    there: dict[str, BuiltSite] = {}
    for number, folder, keep, remove in todo:
        site = None if remove else sites[number]
        wish = PagesWish(folder="" if remove else folder, keep=keep, remove=tuple(remove))
        before = dict(branch)
        refused = ""
        try:
            apply(branch, site, wish)
        except DeliveryError as error:
            refused = error.slug
        if refused:
            assert (refused, branch) == ("publish-file-in-the-way", before)
            continue
        if site is not None:
            there[folder] = site
        for gone in [name for name in there if name and f"{name}/.runfolio" not in branch]:
            assert gone in remove or keep is not None
            del there[gone]
        assert {name: branch.get(name) for name in theirs} == theirs
        expected = set(theirs) | {".nojekyll"}
        for home, one in there.items():
            start = f"{home}/" if home else ""
            for path in one.files:
                if path != ".nojekyll":
                    assert branch[start + path] == one.read(path)
                    expected.add(start + path)
        if any(there):
            expected |= {"reports.html", "reports.json", "index.html"}
            listed = branch["reports.html"].decode().split(", ")
            assert sorted(listed) == sorted(name or "main" for name in there)
        assert set(branch) - {".nojekyll"} == expected - {".nojekyll"}
        assert not apply(branch, site, wish), "a second time changes nothing"
