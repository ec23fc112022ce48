"""How it is counted what runs say of themselves."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    return (
        "A run says which data it used where its log names a data set, with or without a digest: "
        "dataset inputs of MLflow, dvc.lock and .dvc files, datasets in run.yaml. It says which "
        "features it used where a signature, an artifact, a param or a tag lists them. All runs "
        "that were read are counted, also those that failed; a run that says nothing may well "
        "have used the same data.",
    )


method = Method("coverage", "What runs say of their data", 215, build)
