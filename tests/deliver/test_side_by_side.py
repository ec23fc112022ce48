"""Which reports stay at an address, and what is remembered of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from runfolio.deliver.side_by_side import known_reports, pruned, record_of, same_name
from runfolio.model.published import PublishedReport

NAMES = st.lists(st.sampled_from([f"pr-{n}" for n in range(8)]), unique=True)


def reports(*folders: str, of_branch: bool = False) -> tuple[PublishedReport, ...]:
    return tuple(PublishedReport(folder, "x", "", of_branch) for folder in folders)


@given(
    st.booleans(),
    NAMES,
    NAMES,
    st.none() | st.integers(1, 9),
    st.sampled_from(["", "pr-0", "pr-5"]),
)
def test_nothing_is_lost_and_the_main_and_the_current_one_stay(
    main: bool, folders: list[str], remove: list[str], keep: int | None, current: str
) -> None:
    given_reports = reports(*([""] if main else []), *folders)
    kept = pruned(given_reports, current, remove=remove, keep=keep)
    stay = [one.folder for one in kept.reports]
    assert sorted([*stay, *kept.gone]) == sorted(one.folder for one in given_reports)
    assert ("" in stay) == main
    assert (current in stay) == (current in {one.folder for one in given_reports})
    beside = [folder for folder in stay if folder]
    assert beside == [folder for folder in folders if folder in beside], "the order is kept"
    if keep is not None:
        assert len(beside) <= keep
        going = set(kept.gone) - set(remove)
        assert not going or len(beside) == keep, "none goes while there is room"
    else:
        assert set(kept.gone) <= set(remove)


def test_the_newest_are_kept() -> None:
    kept = pruned(reports("", "pr-9", "pr-8", "pr-7"), "", keep=2)
    assert [one.folder for one in kept.reports] == ["", "pr-9", "pr-8"]
    assert kept.gone == ("pr-7",)


def test_only_what_was_made_for_a_branch_goes_with_it() -> None:
    given_reports = reports("fix-loss", of_branch=True) + reports("pr-1")
    assert pruned(given_reports, "", branches=["main"]).gone == ("fix-loss",)
    assert pruned(given_reports, "", branches=["Fix/LOSS"]).gone == ()
    assert pruned(given_reports, "").gone == ()


def test_names_of_branches_and_folders() -> None:
    assert same_name("Feature/New_Loss") == same_name("feature-new-loss") == "feature-new-loss"
    long = "x" * 80
    assert same_name(long) == same_name(long[:63]), "as GitLab shortens them"


def test_what_is_remembered_is_read_again() -> None:
    told = (
        PublishedReport("", "Main ü"),
        PublishedReport("b", "B", "2026-11-02", True),
        PublishedReport("a", "A", "2026-11-01"),
    )
    files = dict.fromkeys((".runfolio", "a/.runfolio", "b/.runfolio", "reports.json"), "")
    content = {"reports.json": record_of(told)}
    assert known_reports(files, content.__getitem__) == told
    # What went by other hands is forgotten; what came without a record is found.
    del files["b/.runfolio"]
    files |= {"c/.runfolio": "", "c/report.json": "", "deep/er/.runfolio": ""}
    content["c/report.json"] = b'{"title": "C", "data_as_of": "2026-11-03T00:00:00Z"}'
    assert known_reports(files, content.__getitem__) == (
        *(told[0], told[2], PublishedReport("c", "C", "2026-11-03")),
    )
    for broken in (b"", b"[]", b'{"reports": 1}', b'{"reports": [{}]}', b"\xff"):
        content["reports.json"] = broken
        assert [one.folder for one in known_reports(files, content.__getitem__)] == ["", "a", "c"]
