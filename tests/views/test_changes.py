"""What is told of changes: against the baseline, and since the last report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from builders import run, tables
from runfolio.analysis.analysed import Analysed, analyse
from runfolio.analysis.since import LastReport, since_last
from runfolio.config import Settings
from runfolio.model.records import RunRecord
from runfolio.views.blocks import Prose
from runfolio.views.facts import run_facts
from runfolio.views.sections.changed import section as changed
from runfolio.views.sections.since_last import section as since
from runfolio.views.view import SectionKind, View


def seeded(name: str, values: list[float], **fields: object) -> list[RunRecord]:
    return [
        run(f"{name}-seed{n}", {"recall": v}, params={"model": name, "seed": str(n)}, **fields)  # type: ignore[arg-type]
        for n, v in enumerate(values)
    ]


def analysed(*runs: RunRecord) -> Analysed:
    told = {"objective": {"metric": "recall", "goal": "maximize"}, "baseline": "old-seed0"}
    return analyse(tables(*runs), Settings.model_validate(told))


def shown(section: SectionKind, a: Analysed) -> str:
    return "\n".join(_texts(section.build(View(a, runs=run_facts(a)))))


def _texts(part: Any) -> Iterator[str]:
    """Yield all text of blocks; spans of one paragraph are one text."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Prose):
        yield "".join("".join(_texts(span)) for span in part.spans)
    elif isinstance(part, tuple):
        for one in part:
            yield from _texts(one)
    elif is_dataclass(part):
        for field in fields(part):
            yield from _texts(getattr(part, field.name))


OLD = seeded("old", [0.90, 0.92], commit="a" * 40, environment={"numpy": "1.26.4"})
NEW = seeded("new", [0.95, 0.97], commit="b" * 40, environment={"numpy": "2.1.0"})


def test_code_and_libraries_are_told_beside_the_params() -> None:
    text = shown(changed, analysed(*OLD, *NEW))
    for told in ("model", "Champion: code at bbbbbbbbbb", "Baseline: code at aaaaaaaaaa", "2.1.0"):
        assert told in text


def test_more_versions_than_a_few_are_folded_away() -> None:
    many = [{f"lib{n}": version for n in range(30)} for version in ("1.0", "2.0")]
    old, new = (
        [replace(one, environment=environment) for one in runs]
        for runs, environment in zip((OLD, NEW), many, strict=True)
    )
    assert "30\u00a0versions of libraries differ" in shown(changed, analysed(*old, *new))


def test_the_new_champion_is_named_with_its_move() -> None:
    a = analysed(*OLD, *NEW)
    last = LastReport(tables(*OLD), "old", ("old-seed0", "old-seed1"))
    a = replace(a, since=since_last(a, last, ("seed",)))
    text = shown(since, a)
    assert "2\u00a0new runs, the champion changed from old to new (recall +0.0500)" in text
    assert "new-seed1" in text


def test_where_nothing_is_new_that_is_said() -> None:
    a = analysed(*OLD)
    last = LastReport(tables(*OLD), "old", ("old-seed0",))
    text = shown(since, replace(a, since=since_last(a, last, ("seed",))))
    assert "no new run, old is still the champion" in text
    assert shown(since, a).strip() == ""
