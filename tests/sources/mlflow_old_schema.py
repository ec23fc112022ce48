"""Make an MLflow database as old versions had it. Run by the tests, with MLflow.

The schema comes from MLflow's own migrations, stopped at a revision.
"""

from __future__ import annotations

import sys

from alembic import command
from mlflow.store.db.utils import _get_alembic_config
from mlflow.store.tracking.dbmodels.initial_models import Base
from sqlalchemy import create_engine


def main(folder: str, revisions: list[str]) -> None:
    for revision in revisions:
        uri = f"sqlite:///{folder}/{revision}.db"
        Base.metadata.create_all(create_engine(uri))
        if revision != "initial":
            command.upgrade(_get_alembic_config(uri), revision)
    print(folder)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
