"""Stage 2b: which people, organisations and repositories logs tell, in the order of time.

In: tables. Out: names as they appear: in tags such as ``user``, in commits, in addresses of
repositories and of e-mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from runfolio.audience import identity_shapes as shapes
from runfolio.audience.identity_shapes import is_nobody, is_public
from runfolio.audience.named_values import plain_name
from runfolio.audience.people import USER_NAME, person_names
from runfolio.model.history import History
from runfolio.model.tables import Tables

__all__ = [
    "Name",
    "Repository",
    "person_key",
    "repository_in",
    "repository_of",
    "told_by",
]

_SUSPECT = re.compile("@|://")
_NAMED_MAIL = re.compile(r"([^<>\n,;:@]{2,60}?)\s*<([\w.+-]{1,64})@")
_MAILERS = frozenset(
    "gmail googlemail outlook hotmail live yahoo icloud me mac proton protonmail gmx web aol "
    "fastmail users noreply localhost example amazonaws windows googleapis".split()
)
"""Second-level domains that are no organisation's of a project."""
_SECOND_LEVEL = frozenset("co com ac org gov edu net".split())
_LAST = pd.Timestamp.max.tz_localize("UTC")


class Name(NamedTuple):
    """A name as it stands in a log: ``people``, ``organisations`` or ``repositories``."""

    kind: str
    text: str
    same_as: str = ""


class Repository(NamedTuple):
    """A repository: who owns it, and its name."""

    owner: str
    name: str


@dataclass(order=True, slots=True)
class _Sight:
    time: pd.Timestamp
    number: int
    names: list[Name] = field(compare=False)


def told_by(tables: Tables, others: Iterable[str]) -> list[Name]:
    """Return all names that logs tell, in the order in which they first appear.

    Parameters
    ----------
    tables : Tables
    others : iterable of str
        Texts without a time: they count last, in the order of the alphabet.
    """
    sights: list[_Sight] = []

    def see(time: pd.Timestamp | None, names: list[Name]) -> None:
        if names:
            at = time if isinstance(time, pd.Timestamp) else _LAST  # neither None nor NaT
            sights.append(_Sight(at, len(sights), names))

    started = tables.runs["started"]
    for frame, key in ((tables.tags, "tag"), (tables.params, "param")):
        people = {name for name in frame[key].unique() if USER_NAME.search(plain_name(name))}
        odd = set(filter(_SUSPECT.search, frame["value"].unique().tolist()))
        some = frame[frame[key].isin(people) | frame["value"].isin(odd)]
        for run, name, value in zip(some["run"], some[key], some["value"], strict=True):
            own = [Name("people", one) for one in person_names(value)] if name in people else []
            see(started.get(run), [*own, *_names_in(value)])
    for time, notes in zip(started, tables.runs["notes"], strict=True):
        see(time, list(_names_in(notes)))
    for history in tables.histories:
        for time, found in _commits(history):
            see(time, found)
    for view in tables.feature_views:
        see(None, [Name("people", one) for one in person_names(view.owner)])
    for text in sorted(filter(_SUSPECT.search, others)):
        see(None, list(_names_in(text)))
    return [name for sight in sorted(sights) for name in sight.names]


def _names_in(text: str) -> Iterator[Name]:
    """Yield the names that addresses in a text tell."""
    if not _SUSPECT.search(text):
        return
    for named in _NAMED_MAIL.finditer(text):
        for one in person_names(named[1]):
            yield Name("people", one)
            yield Name("people", named[2], same_as=one)
    for mail in shapes.MAIL.finditer(text):
        name, _, domain = mail[0].partition("@")
        name = name.partition("+")[0]
        if not is_nobody(name):
            yield Name("people", name)
        yield from _of_domain(domain)
    for match in (*shapes.URL.finditer(text), *shapes.SCP.finditer(text)):
        found = repository_in(match)
        if found:
            yield Name("organisations", found.owner)
            yield Name("repositories", found.name, same_as=f"{found.owner}/{found.name}")
            yield from _of_domain(match["host"])


def repository_in(match: re.Match[str]) -> Repository | None:
    """Return the repository that an address leads to; None for any other address."""
    host, rest = match["host"] or "", match["rest"] or ""
    path = re.split("[?#]", rest)[0].strip("/~")
    parts = [part for part in path.split("/") if part not in ("", "_git", "scm", "-")]
    is_code = is_public(host) and shapes.CODE_HOSTS.search(host)
    if len(parts) < 2 or not (is_code or path.endswith(".git") or "/_git/" in rest):
        return None
    return Repository(parts[0], (parts[1] if is_code else parts[-1]).removesuffix(".git"))


def person_key(name: str) -> str:
    """Return what is the same for ``Ada Lovelace`` and ``ada.lovelace``."""
    return " ".join(filter(None, re.split(r"[\W_]+", name.casefold())))


def repository_of(history: History) -> str:
    """Return the name of a history's repository; empty for a machine that measured."""
    if history.web is not None:
        found = next((n for n in _names_in(_page(history)) if n.kind == "repositories"), None)
        if found:
            return found.text
    is_machine = not (history.branch or history.files)
    name = re.split(r"[\\/]", history.name.rstrip("\\/"))[-1]
    return "" if is_machine else re.sub(r"\.(?:git|bundle)$", "", name)


def _page(history: History) -> str:
    return history.web.commit.replace("{}", "0") if history.web else ""


def _of_domain(domain: str) -> Iterator[Name]:
    labels = domain.lower().strip("[]").split(".")
    if len(labels) < 2 or is_public(domain) or labels[-1].isdecimal():
        return
    names = labels[:-1]
    if len(names) > 1 and names[-1] in _SECOND_LEVEL:
        names = names[:-1]
    if names[-1] not in _MAILERS:
        yield Name("organisations", names[-1])
        yield Name("organisations", domain, same_as=names[-1])


def _commits(history: History) -> Iterator[tuple[pd.Timestamp | None, list[Name]]]:
    frame = history.commits
    for time, author, subject in zip(frame["time"], frame["author"], frame["subject"], strict=True):
        people = [Name("people", one) for one in person_names(author)]
        yield time, [*people, *_names_in(author), *_names_in(subject)]
    time = frame["time"].min() if len(frame) else None
    if history.web is not None:
        yield time, list(_names_in(_page(history)))
    elif name := repository_of(history):
        yield time, [Name("repositories", name)]
