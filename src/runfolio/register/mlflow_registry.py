"""Stage 6: a version in MLflow's registry, made by MLflow itself in a process of its own.

In: what the version should say. Out: its number. MLflow is never imported here: it takes seconds,
brings its own idea of logging, and whoever only reads its logs need not have it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import asdict, dataclass

from runfolio.errors import UsageError

__all__ = ["RegistryEntry", "RegistryVersion", "register_in_mlflow"]

SECONDS = 300
"""A server may be slow; a new database makes its tables first."""
_LONGEST_REASON = 500
_PASSWORD = re.compile(r"://[^/@\s]*@")


@dataclass(frozen=True, slots=True)
class RegistryEntry:
    """What MLflow is asked to register.

    Parameters
    ----------
    name : str
        The registered model's; it is made if there is none.
    fingerprint : str
        A version of that model with this one is the same, and no other is made.
    description : str
    tags : dict of str to str
    run : str
        MLflow's id of the run, if it was MLflow that logged it.
    model_id : str
        MLflow's id of the model that the run logged, if any.
    record : str
        The record's file, which stands for the model where the registry knows no run of it.
    """

    name: str
    fingerprint: str
    description: str
    tags: dict[str, str]
    run: str
    model_id: str
    record: str


@dataclass(frozen=True, slots=True)
class RegistryVersion:
    """The version there, and whether it is new."""

    version: str
    is_new: bool


def register_in_mlflow(uri: str, entry: RegistryEntry) -> RegistryVersion:
    """Make a version of a registered model, unless there is one of this very model.

    Parameters
    ----------
    uri : str
        Of the registry, as MLflow takes it: ``sqlite:///mlflow.db``, ``http://host:5000`` ….
    entry : RegistryEntry

    Raises
    ------
    UsageError
        If MLflow is not installed, or says that it cannot be done.
    """
    asked = json.dumps({"uri": uri, **asdict(entry)})
    environment = {
        **os.environ,
        "MLFLOW_TRACKING_URI": uri,  # else it makes a store of its own in the current folder
        "MLFLOW_REGISTRY_URI": uri,
        "MLFLOW_ALLOW_FILE_STORE": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
    }
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "runfolio.register.mlflow_process"],
            input=asked.encode("ascii"),
            env=environment,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _failed(f"it took longer than {SECONDS} seconds") from None
    answer = _answer(done.stdout.decode("utf-8", "replace"))
    if answer.get("missing"):
        raise UsageError(
            "MLflow is not installed here: python -m pip install 'runfolio[mlflow]'.",
            "mlflow-missing",
        )
    if "version" not in answer:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _failed(str(answer.get("error") or (said[-1] if said else "it gave no answer")))
    return RegistryVersion(str(answer["version"]), bool(answer["is_new"]))


def _answer(output: str) -> dict[str, object]:
    """Return the last line that is an answer; MLflow may print others."""
    for line in reversed(output.splitlines()):
        try:
            answer = json.loads(line)
        except ValueError:
            continue
        if isinstance(answer, dict):
            return answer
    return {}


def _failed(reason: str) -> UsageError:
    told = " ".join(_PASSWORD.sub("://…@", reason).split())[:_LONGEST_REASON]
    return UsageError(
        f"MLflow did not register the model: {told.rstrip('.')}. The record in the project is "
        "there; run the command again when the registry can be reached.",
        "mlflow-failed",
    )
