"""Stage 3: the lines for a shell that make a model again, as far as the logs tell.

Names and values out of logs stand in them only as words of their own, or behind a ``#``.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence

__all__ = ["steps_of"]

_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_LIBRARY = re.compile(r"[A-Za-z0-9][\w.-]{0,99}", re.ASCII)
_VERSION = re.compile(r"[0-9A-Za-z][\w.!+-]{0,59}", re.ASCII)
_PYTHON = re.compile(r"\d{1,2}\.\d{1,3}", re.ASCII)
_FEW_LIBRARIES = 8
"""Up to which libraries stand in one line; more go into a file."""
_LONGEST_COMMENT = 300


def steps_of(
    params: Mapping[str, str],
    seeds: Sequence[str],
    commits: Sequence[str],
    environment: Mapping[str, tuple[str, ...]],
    commands: Sequence[str],
) -> tuple[str, ...]:
    """Return the lines; none where neither the code nor the command is known.

    Parameters
    ----------
    params : mapping of str to str
    seeds, commits, commands : sequence of str
        Those of all runs; only what they agree on is followed.
    environment : mapping of str to tuple of str
        Versions by name.
    """
    code = [one for one in commits if _COMMIT.fullmatch(one)]
    if len(code) != 1 and len(commands) != 1:
        return ()
    lines = []
    if len(code) == 1:
        lines.append(f"git checkout {code[0]}")
    else:
        lines.append("# The commit of the code is not known: take the code as it was then.")
    lines += _installing(environment)
    if params:
        told = ", ".join(f"{name}={value}" for name, value in params.items())
        lines.append(_comment(f"Params: {told}"))
    if seeds:
        lines.append(_comment(f"Seeds, one run each: {', '.join(seeds)}"))
    if len(commands) != 1:
        lines.append("# The command is not known: start the training as it was done then.")
    elif commands[0] == "dvc repro":
        lines += ["dvc pull", "dvc repro --force"]
    else:
        lines.append(_words(commands[0]))
    return tuple(lines)


def _installing(environment: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the lines that make the environment, of what all runs agree on."""
    versions = {name: own[0] for name, own in environment.items() if len(own) == 1}
    python = _PYTHON.match(versions.pop("python", ""))
    pins = [
        f"{name}=={version}"
        for name, version in versions.items()
        if _LIBRARY.fullmatch(name) and _VERSION.fullmatch(version)
    ]
    if not pins and python is None:
        return []
    lines = [f"python{python[0] if python else '3'} -m venv .venv && . .venv/bin/activate"]
    if len(pins) > _FEW_LIBRARIES:
        lines += ["cat > requirements.txt <<'END'", *pins, "END"]
        lines.append("python -m pip install -r requirements.txt")
    elif pins:
        lines.append(f"python -m pip install {' '.join(map(shlex.quote, pins))}")
    return lines


def _words(command: str) -> str:
    """Return a command in which nothing is more than a word to the shell."""
    try:
        return shlex.join(shlex.split(command))
    except ValueError:
        return _comment(command)


def _comment(text: str) -> str:
    line = "".join(c if c.isprintable() else " " for c in text)
    return f"# {line if len(line) <= _LONGEST_COMMENT else line[: _LONGEST_COMMENT - 1] + '…'}"
