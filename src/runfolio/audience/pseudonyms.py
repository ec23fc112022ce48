"""Stage 2b: stable names that stand for people, organisations, runs and repositories.

In: tables, settings, and names that the configuration adds to those that logs tell. Out: the same
with ``Person A``, ``Organisation A``, ``Run A-1``, ``Repository A`` in every text. Those of the
configuration come first; the others in the order in which they first appear in time, so that
later runs rename nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from runfolio.audience import identity_shapes as shapes
from runfolio.audience.commit_names import commit_ids, shortened
from runfolio.audience.distinct import DistinctTexts
from runfolio.audience.hidden import Candidate, Cut, HiddenValue, distinctive
from runfolio.audience.identities import MAIL
from runfolio.audience.known_texts import covered, places_of
from runfolio.audience.named_values import named_values, plain_name, with_cells
from runfolio.audience.origins import Name, repository_of, told_by
from runfolio.audience.people import USER_NAME, owners_of, person_names
from runfolio.audience.pseudonym_book import PseudonymBook
from runfolio.audience.run_names import (
    labels_by,
    named_like_models,
    run_names,
    with_named_baseline,
)
from runfolio.audience.texts import gathered, rewritten
from runfolio.config import Anonymized, Settings
from runfolio.model.tables import Tables

__all__ = ["anonymized"]

_CAPITALISED = re.compile(r"\b[^\W\d_a-z]")


def anonymized(
    tables: Tables, settings: Settings, told: Anonymized, distinct: DistinctTexts | None = None
) -> Cut:
    """Put pseudonyms in the place of names, in all texts.

    Parameters
    ----------
    tables : Tables
    settings : Settings
    told : Anonymized
        Names beside those that logs tell.
    distinct : DistinctTexts, optional
        The texts of columns that were looked up before.

    Returns
    -------
    Cut
        What is hidden are the names.
    """
    distinct = distinct or DistinctTexts()
    tables = with_named_baseline(tables, settings)
    texts = gathered(tables, settings, distinct)
    book = _book(tables, settings, told, texts.words)
    runs = run_names(tables, settings.replicates.ignore)
    commits = commit_ids(tables)
    models = named_like_models(tables, runs)
    told_runs = {name: instead for name, instead in runs.items() if name not in models}
    known, hidden = _known(book, told_runs, commits, {*told.people, *told.organisations})
    known |= shortened(commits)
    final = _rewritten(texts.able(known), book, known)
    labels = labels_by(tables.runs, runs)
    final_labels = _rewritten(labels.values(), book, known)

    def run(name: str) -> str:
        return runs.get(name, final.get(name, name))

    def label(text: str) -> str:
        new = labels.get(text, text)
        return final_labels.get(new, new)

    at: dict[str, Callable[[str], str]] = {
        **dict.fromkeys(("runs.name", "Selector.run", "RunConditions.run"), run),
        "runs.label": label,
        "History.commits.author": book.people_in,
    }
    new, new_settings = rewritten(tables, settings, final, at, distinct)
    cells = {
        pair: book.people_in(pair[1])
        for _, pair in named_values(tables, lambda n: (USER_NAME.search(plain_name(n)) and n) or "")
    }
    new = with_cells(tables, new, {pair: one for pair, one in cells.items() if one != pair[1]})
    return Cut(_with_repositories(tables, new, book), new_settings, hidden)


def _book(
    tables: Tables, settings: Settings, told: Anonymized, texts: Iterable[str]
) -> PseudonymBook:
    """Give pseudonyms: to what the configuration names, then to what logs tell."""
    book = PseudonymBook()
    book.add(Name("people", one) for one in told.people)
    book.add(Name("organisations", one) for one in told.organisations)
    owners = (one for owner in owners_of(settings, tables) for one in person_names(owner))
    book.add(Name("people", one) for one in owners if _CAPITALISED.search(one))
    book.add(told_by(tables, texts))
    return book


def _known(
    book: PseudonymBook, runs: Mapping[str, str], commits: Mapping[str, str], wished: set[str]
) -> tuple[dict[str, str], tuple[HiddenValue, ...]]:
    """Return what to look for in texts, with what to put there, and what no file may hold."""
    by_text = {" ".join(name.split()): instead for name, instead in runs.items()}
    by_text |= commits
    rules = dict.fromkeys(by_text, "anonymize: runs") | dict.fromkeys(commits, "anonymize: commits")
    for text, (kind, instead) in book.texts().items():
        by_text[text], rules[text] = instead, f"anonymize: {kind}"
    candidates = [Candidate(text, rule, is_name=True) for text, rule in rules.items()]
    found = distinctive(candidates, ())
    hidden = {one.text: one for one in found if one.text in by_text}
    hidden |= {text: HiddenValue(text, rules[text]) for text in wished if text in rules}
    return {text: by_text[text] for text in hidden}, tuple(sorted(hidden.values()))


def _rewritten(
    texts: Iterable[str], book: PseudonymBook, known: Mapping[str, str]
) -> dict[str, str]:
    """Return new texts by the old ones, of those that change."""
    own = set(texts)
    plain = {}
    for text in own:
        if "://" in text or "@" in text:
            new = shapes.SCP.sub(book.address, shapes.URL.sub(book.address, text))
            plain[text] = shapes.MAIL.sub(MAIL, new)
    places = places_of({*own, *plain.values()}, known)
    final = {
        text: covered(new, places.get(new, ()))
        for text in {*plain, *places} & own
        for new in (plain.get(text, text),)
    }
    return {text: new for text, new in final.items() if new != text}


def _with_repositories(old: Tables, new: Tables, book: PseudonymBook) -> Tables:
    """Give pseudonyms to histories of repositories, and no links to their commits."""
    if new.branch is not None:
        new = replace(new, branch=replace(new.branch, web=None))
    if not old.histories:
        return new
    histories = []
    for before, after in zip(old.histories, new.histories, strict=True):
        name = repository_of(before)
        named = book.repository(name) if name else ""
        histories.append(replace(after, name=named or after.name, web=None))
    return replace(new, histories=tuple(histories))
