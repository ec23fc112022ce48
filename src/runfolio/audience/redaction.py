"""Stage 2b: who and where is taken out of all texts, for those outside of the team.

In: tables, settings, and which kinds of identities an audience does not see. Out: the same
without them. Names that are known from one place (a tag ``user``, the author of a commit, the
owner of a home folder, a machine in an address) are taken out of every text in which they stand.

Who answers for what by report.yaml stays: that was written for the readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pandas as pd

from runfolio.audience.distinct import DistinctTexts
from runfolio.audience.hidden import Candidate, Cut, HiddenValue, distinctive
from runfolio.audience.identities import ADDRESS, HOST, MAIL, USER, Identities
from runfolio.audience.identity_shapes import SUSPECT, is_machine, is_nobody
from runfolio.audience.known_texts import covered, places_of
from runfolio.audience.named_values import named_values, plain_name, with_cells
from runfolio.audience.people import PSEUDONYM, USER_NAME, owners_of, person_names
from runfolio.audience.texts import gathered, rewritten
from runfolio.config import Redacted, Settings
from runfolio.model.tables import Tables

__all__ = ["redacted"]

_INSTEAD = {
    "users": USER,
    "hosts": HOST,
    "emails": MAIL,
    "remotes": ADDRESS,
    "paths": "(path)",
}
_HOST_NAME = re.compile(
    r"(?:^|_)(?:host|hostname|host_name|node|nodename|node_name|nodelist|machine|machine_name|"
    r"computer|computer_name|server|server_name|fqdn|ip|ip_address|worker_host)$"
)
_REMOTE_NAME = re.compile(
    r"(?:^|_)(?:remote|remote_url|repo|repo_url|repository|repository_url|git_url|git_remote|origin|"
    r"tracking_uri|tracking_url|artifact_uri|artifact_location|registry_uri|endpoint|endpoint_url|"
    r"bucket|storage_account)$"
)
_WORDS = re.compile(r"[,;\s]+")


def redacted(
    tables: Tables, settings: Settings, told: Redacted, distinct: DistinctTexts | None = None
) -> Cut:
    """Take identities out of all texts.

    Parameters
    ----------
    tables : Tables
    settings : Settings
    told : Redacted
        Which kinds.
    distinct : DistinctTexts, optional
        The texts of columns that were looked up before.

    Returns
    -------
    Cut
        What is hidden are the names, addresses and paths that were found.
    """
    on = {kind: getattr(told, kind) == "on" for kind in Redacted.model_fields}
    if not any(on.values()):
        return Cut(tables, settings)
    versions = frozenset(tables.environment["value"].unique())
    identities = Identities(**on, versions=versions)
    distinct = distinct or DistinctTexts()
    texts = gathered(tables, settings, distinct)
    suspects = sorted(filter(SUSPECT.search, texts.words))
    changed = {text: new for text in suspects if (new := identities.taken_out_of(text)) != text}
    cells = {}
    for kind, pair, own in _named(tables):
        if on[kind]:
            cells[pair] = _INSTEAD[kind]
            identities.found.update(dict.fromkeys((kind, name) for name in own))
    if on["hosts"]:
        machines = (one.name for one in tables.histories if not (one.branch or one.files))
        identities.found.update(dict.fromkeys(("hosts", name) for name in machines))
    if on["users"]:
        identities.found.update(dict.fromkeys(("users", name) for name in _authors(tables)))
    hidden = _hidden(identities.found, owners_of(settings, tables))
    names = {one.text: _INSTEAD[one.rule.removeprefix("redact: ")] for one in hidden}
    places = places_of(texts.able(names).union(changed.values()), names)
    final = {
        text: covered(new, places.get(new, ()))
        for text in {*changed, *places}
        if text in texts and (new := changed.get(text, text))
    }
    if final or cells:
        rest, settings = rewritten(tables, settings, final, distinct=distinct)
        tables = with_cells(tables, rest, cells)
    return Cut(_histories(tables, on), settings, hidden)


def _named(tables: Tables) -> Iterator[tuple[str, tuple[str, str], list[str]]]:
    """Yield kind, name and value of params and tags, and the names in each such value."""
    for kind, (name, value) in named_values(tables, _kind_of):
        names = [value.strip()]
        if kind == "hosts":
            names = [one for one in _WORDS.split(value) if not is_nobody(one) or is_machine(one)]
        elif kind == "users":
            names = person_names(value)
        if any(names) and not PSEUDONYM.fullmatch(value):
            yield kind, (name, value), [one for one in names if one]


def _kind_of(name: str) -> str:
    plain = plain_name(name)
    if _HOST_NAME.search(plain):
        return "hosts"
    if _REMOTE_NAME.search(plain):
        return "remotes"
    return "users" if USER_NAME.search(plain) else ""


def _authors(tables: Tables) -> Iterator[str]:
    """Yield who wrote commits and who answers for feature views, as the logs tell."""
    for history in tables.histories:
        for author in history.commits["author"].unique():
            yield from person_names(author)
    for view in tables.feature_views:
        yield from person_names(view.owner)


def _hidden(found: Iterable[tuple[str, str]], stated: Iterable[str]) -> tuple[HiddenValue, ...]:
    stated = {name.casefold() for name in stated}
    candidates = [
        Candidate(text, f"redact: {kind}", is_name=kind in ("users", "hosts"))
        for kind, text in found
        if text.casefold() not in stated
    ]
    return distinctive(candidates, ())


def _histories(tables: Tables, on: dict[str, bool]) -> Tables:
    """Take links to commits and the authors of these out of histories."""
    new = []
    for history in tables.histories:
        if on["remotes"] and history.web is not None:
            history = replace(history, web=None)
        if on["users"] and history.commits["author"].any():
            authors = pd.Series(USER, index=history.commits.index).where(
                history.commits["author"] != "", ""
            )
            commits = history.commits.assign(author=authors.astype(history.commits["author"].dtype))
            history = replace(history, commits=commits)
        new.append(history)
    if on["remotes"] and tables.branch is not None:
        tables = replace(tables, branch=replace(tables.branch, web=None))
    return replace(tables, histories=tuple(new)) if new else tables
