"""Stage 1b: what a run is called where a format has no names: by where it lies.

In: the place of a run. Out: its id, its name and its experiment's. An id is relative to the
place that was looked through, so that it does not change with the machine; readers of one
folder's different files give it one id, and so one run is one run.
"""

from __future__ import annotations

import re
import shlex

from runfolio.storage.base import Place, readable

__all__ = ["experiment_of", "folder_above", "id_of", "name_of", "script_started"]

_LONGEST_SCRIPT = 200
_ELSEWHERE = re.compile(r"[\\/~]|\w+:")


def id_of(place: Place) -> str:
    """Return the id of a run that has none but its path."""
    return readable(place.path) or name_of(place)


def name_of(place: Place) -> str:
    """Return the name of the run's folder or file."""
    return readable(place.name) or "run"


def folder_above(place: Place) -> str:
    """Return the folder around a run's folder, as shown to people."""
    shown = place.parent.shown if place.path else place.shown.rpartition("/")[0]
    return shown or "."


def script_started(script: str) -> str:
    """Return the command of a script of Python; of a path of some machine its last part.

    What starts notebooks says nothing of the notebook, so that it gives no command.

    Examples
    --------
    >>> script_started("src/train.py"), script_started("/srv/jobs/train.py")
    ('python src/train.py', 'python train.py')
    """
    parts = re.split(r"[\\/]", script)
    if _ELSEWHERE.match(script) or ".." in parts:
        script = parts[-1]
    if not script.endswith(".py") or script.endswith("_launcher.py"):
        return ""
    if len(script) > _LONGEST_SCRIPT or not script.isprintable():
        return ""
    return f"python {shlex.quote(script)}"


def experiment_of(place: Place) -> str:
    """Return the name of the folder around a run's, which stands for its experiment."""
    name = folder_above(place).rpartition("/")[2]
    return name if name not in ("", ".") else "runs"
