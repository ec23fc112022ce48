"""Stage 2b: names of people: which they are, and who is named in the configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from runfolio.audience.identity_shapes import is_nobody
from runfolio.config import Settings
from runfolio.config.parts import Part
from runfolio.model.lifecycle import ROLES
from runfolio.model.tables import Tables

__all__ = ["PSEUDONYM", "USER_NAME", "is_role", "owners_of", "person_names"]

USER_NAME = re.compile(
    r"(?:^|_)(?:user|username|user_name|userid|user_id|login|author|authors|owner|owned_by|created_by|"
    r"creator|started_by|launched_by|submitted_by|run_by|maintainer|assignee|reviewer|annotator|"
    r"contact|responsible)$"
)
"""Names of params and tags whose values name people."""
_GROUPS = frozenset(
    "team teams group desk department office unit squad board committee staff".split()
)
_ROLE_WORDS = frozenset(
    {
        *(word for title in ROLES.values() for word in re.findall(r"[a-z]+", title.lower())),
        *"owner manager engineer engineers engineering scientist scientists science".split(),
        *"analyst analysts architect developer developers officer lead head chief".split(),
        *"senior junior".split(),
        *"legal compliance security privacy risk finance operations ops platform research".split(),
        *"researcher researchers quality clinical clinician clinicians auditor audit dpo".split(),
        *"data model ml ai it devops mlops support service external internal of and the".split(),
        *"for in imaging fraud credit marketing sales customer product user steward".split(),
        *"stewards protection governance expert experts domain".split(),
        *_GROUPS,
    }
)
"""Words of which what stands for a role or a team is made."""
PSEUDONYM = re.compile(
    r"(?:Person|Organisation|Repository) [A-Z]{1,3}(?:, (?:Person|Organisation) [A-Z]{1,3})*"
)
"""What `runfolio.audience.pseudonyms` put there."""
_MAIL = re.compile(r"<?[\w.+-]{1,64}@[\w.-]{1,253}>?")
_BETWEEN = re.compile(r"[,;&/\n]|\band\b")
_LONGEST = 60
_MOST = 2_000
"""Characters of a value in which names are looked for."""


def person_names(text: str) -> list[str]:
    """Return the names in a value that names people.

    Examples
    --------
    >>> person_names("Ada Lovelace <ada@example.org>, Grace Hopper")
    ['Ada Lovelace', 'Grace Hopper']
    """
    parts = (part.strip(" <>()\"'") for part in _BETWEEN.split(_MAIL.sub("", text[:_MOST])))
    return [
        part
        for part in parts
        if part
        and len(part) <= _LONGEST
        and not (is_nobody(part) or is_role(part) or PSEUDONYM.fullmatch(part))
    ]


def is_role(text: str) -> bool:
    """Tell whether a text names a role or a team by what it does, and no person.

    Examples
    --------
    >>> is_role("Product owner"), is_role("Ada Lovelace")
    (True, False)
    """
    words = re.findall(r"[^\W\d_]+", text.lower())
    return bool(words) and (words[-1] in _GROUPS or all(word in _ROLE_WORDS for word in words))


def owners_of(settings: Settings, tables: Tables) -> tuple[str, ...]:
    """Return who answers for what by the configuration and the write-ups, in their order."""
    told = [*_owners_in(settings), *(note.owner for note in tables.experiment_notes)]
    told += [one.owner for one in tables.quality.sets]
    told += [one.owner for one in tables.quality.checks]
    return tuple(dict.fromkeys(filter(None, told)))


def _owners_in(part: object, key: str = "") -> Iterator[str]:
    """Yield the texts under the keys ``owner`` and ``by``, wherever they stand."""
    if isinstance(part, Part):
        for name in type(part).model_fields:
            yield from _owners_in(getattr(part, name), name)
    elif isinstance(part, str):
        if key in ("owner", "by"):
            yield part
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from _owners_in(value, key)
    elif isinstance(part, tuple | list):
        for value in part:
            yield from _owners_in(value, key)
