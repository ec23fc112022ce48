"""Fill an MLflow store on a database server. Run by the tests, with MLflow.

What is logged, and its odd cases, comes from the scripts that make logs.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from importlib import import_module


def main(folder: str, uri: str) -> None:
    sys.path.insert(0, folder)
    import_module("_common").seed_uuid(7)
    fill = import_module("_mlflow_fill").fill
    fill(uri, Namespace(runs=6, metrics=3, steps=450, seed=7, edge=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
