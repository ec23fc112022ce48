"""Stage 6: the process in which MLflow registers a version. Nothing imports this module.

In: one JSON object on the standard input. Out: one on the standard output, with the version's
number and whether it is new, or the error.
"""

from __future__ import annotations

import json
import sys
from typing import Any
from urllib.parse import quote

_FINGERPRINT = "runfolio.fingerprint"
_LONGEST_KEY, _LONGEST_VALUE, _LONGEST_TEXT = 250, 5_000, 5_000
_ID = 32
"""Characters of an id of a run of MLflow's."""


def _register(asked: dict[str, Any]) -> dict[str, Any]:
    from mlflow.exceptions import MlflowException
    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=asked["uri"], registry_uri=asked["uri"])
    name, fingerprint = asked["name"], asked["fingerprint"]
    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    # A fingerprint is hexadecimal: nothing in it can end the text of the filter.
    known = client.search_model_versions(f"tags.`{_FINGERPRINT}` = '{fingerprint}'")
    for version in known:
        if version.name == name:
            return {"version": version.version, "is_new": False}
    run, source = _made_by(client, asked, MlflowException)
    tags = {_FINGERPRINT: fingerprint, **asked["tags"]}
    made = client.create_model_version(
        name,
        source,
        run_id=run,
        tags={key[:_LONGEST_KEY]: value[:_LONGEST_VALUE] for key, value in tags.items()},
        description=asked["description"][:_LONGEST_TEXT],
    )
    return {"version": made.version, "is_new": True}


def _made_by(client: Any, asked: dict[str, Any], error: type[Exception]) -> tuple[str | None, str]:
    """Return the run, if this store has it, and where the model is.

    Where it has no such run the record stands for the model. Servers refuse addresses that may be
    a path of their own machine, so that it has a scheme and no folder in front.
    """
    run = asked["run"]
    record = f"runfolio:///{quote(asked['record'])}"
    if len(run) != _ID or not run.isalnum():
        return None, record
    try:
        client.get_run(run)
    except error:
        return None, record
    if asked["model_id"]:
        return run, f"models:/{asked['model_id']}"
    return run, f"runs:/{run}/model"


def main() -> None:
    """Answer what is asked."""
    try:
        answer = _register(json.load(sys.stdin))
    except ModuleNotFoundError as error:
        is_mlflow = (error.name or "").partition(".")[0] == "mlflow"
        answer = {"missing": error.name} if is_mlflow else {"error": str(error)}
    except Exception as error:  # whatever MLflow or its database says is told
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(f"\n{json.dumps(answer)}", flush=True)


if __name__ == "__main__":
    main()
