"""What it takes to make the champion again: what was logged of it, what is missing, commands."""

from __future__ import annotations

from runfolio.analysis.reproduction import DataUsed, Reproduction
from runfolio.model.numbers import format_count, format_number
from runfolio.views.blocks import (
    Block,
    Cell,
    Column,
    Definition,
    Definitions,
    Details,
    Heading,
    Link,
    Markdown,
    Prose,
    Row,
    Span,
    Table,
)
from runfolio.views.history_facts import commit_in
from runfolio.views.methods import method_link
from runfolio.views.model_words import code_block
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, listed

_FEW = 6
"""Libraries that are named at once; more are folded away."""
_MOST_RUNS = 20
_MOST_LINES = 400


def build(view: View) -> tuple[Block, ...]:
    made = view.analysed.models.reproduction
    if made is None:
        return ()
    blocks: list[Block] = [
        Prose((f"{_finding(made)} ", method_link("reproduction"), ".")),
    ]
    if known := _known(view, made):
        blocks.append(Definitions(known))
    blocks.append(_runs(view, made))
    if made.configuration.params:
        params = made.configuration.params.items()
        blocks.append(Heading("Params"))
        blocks.append(Definitions(tuple(Definition(name, value) for name, value in params)))
    libraries = {name: own for name, own in made.environment.items() if name != "python"}
    if len(libraries) > _FEW:
        table = Table(
            "Versions of libraries that it was made with",
            (Column("Library"), Column("Version")),
            tuple(Row((Cell(name), Cell(", ".join(own)))) for name, own in libraries.items()),
        )
        blocks.append(Details(f"All {count_of(len(libraries), 'library', 'libraries')}", (table,)))
    if made.missing:
        blocks.append(
            Table(
                "What was not logged",
                (Column("Missing"), Column("What that means"), Column("How to log it")),
                tuple(
                    Row(
                        (
                            Cell(_capital(one.what)),
                            Cell(_capital(one.why)),
                            Cell(_capital(one.remedy)),
                        )
                    )
                    for one in made.missing
                ),
            )
        )
    if made.steps:
        blocks.append(Heading("Commands to copy"))
        blocks.append(Markdown(code_block(made.steps[:_MOST_LINES])))
        note = "As far as the logs tell; lines with # say what they do not. Read before you run."
        blocks.append(Prose((note,), "note"))
    return tuple(blocks)


def _finding(made: Reproduction) -> str:
    name = made.configuration.label
    if not made.missing:
        return f"All that it takes to make {name} again was logged."
    what = listed([one.what for one in made.missing], 8)
    return f"To make {name} again, this was not logged: {what}."


def _runs(view: View, made: Reproduction) -> Prose:
    """Name the runs, with links."""
    many = len(made.runs) > 1
    told: list[Span] = [f"Made by {count_of(len(made.runs), 'run')}: "]
    for number, run in enumerate(made.runs[:_MOST_RUNS]):
        facts = view.runs.get(run.id)
        told.append(", " if number else "")
        told.append(Link(run.label, facts.page) if facts else run.label)
    if len(made.runs) > _MOST_RUNS:
        told.append(f" and {format_count(len(made.runs) - _MOST_RUNS)} more")
    if made.seeds:
        told.append(f", with the {'seeds' if many else 'seed'} {listed(made.seeds, _MOST_RUNS)}")
    return Prose((*(span for span in told if span), "."))


def _known(view: View, made: Reproduction) -> tuple[Definition, ...]:
    found = [
        Definition("Code", commit, made.commits.pages.get(commit) or _in_history(view, commit))
        for commit in made.commits.candidate
    ]
    found += [Definition("Started with", command) for command in made.commands]
    found += [Definition(_of_data(one), _data(one)) for one in made.data]
    python = made.environment.get("python")
    if python:
        found.append(Definition("Python", ", ".join(python)))
    libraries = {name: own for name, own in made.environment.items() if name != "python"}
    if 0 < len(libraries) <= _FEW:
        found += [Definition(name, ", ".join(own)) for name, own in libraries.items()]
    elif libraries:
        found.append(Definition("Libraries", count_of(len(libraries), "version")))
    if made.artifacts:
        found.append(Definition("Artifacts", listed(made.artifacts, 12)))
    return tuple(found)


def _of_data(one: DataUsed) -> str:
    return f"Data ({one.context})" if one.context else "Data"


def _data(one: DataUsed) -> str:
    told = [one.name]
    if one.version:
        told.append(f"version {one.version}")
    told.append(f"digest {one.digest}" if one.digest else "no digest")
    if one.rows is not None:
        told.append(f"{format_number(one.rows, 1, 0)} rows")
    return ", ".join(told)


def _in_history(view: View, commit: str) -> str:
    return "history.html" if commit_in(view.histories, commit) else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


section = SectionKind(
    "reproduction",
    "How to make the champion again",
    "a champion: an objective, and runs that logged it",
    build,
)
