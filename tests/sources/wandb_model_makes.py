"""Logs a model with W&B's own client, offline, into the folder that is named."""

from __future__ import annotations

import os
import sys

out = sys.argv[1]
os.environ.update(
    WANDB_MODE="offline",
    WANDB_SILENT="true",
    WANDB_ERROR_REPORTING="false",
    WANDB_DIR=out,
    WANDB_CONFIG_DIR=os.path.join(out, ".cfg"),
    WANDB_CACHE_DIR=os.path.join(out, ".cache"),
    WANDB_DATA_DIR=os.path.join(out, ".data"),
    WANDB_DISABLE_GIT="true",
)
import wandb  # noqa: E402

settings = wandb.Settings(
    x_disable_stats=True, disable_code=True, console="off", program_relpath="jobs/train.py"
)
run = wandb.init(project="demo", id="run00001", config={"lr": 0.1}, settings=settings)
run.log({"acc": 0.9})
weights = os.path.join(out, "weights.txt")
with open(weights, "w", encoding="utf-8") as file:
    file.write("1 2 3")
model = wandb.Artifact("detector", type="model", description="Finds tumours.")
model.add_file(weights)
run.log_artifact(model, aliases=["best", "latest"])
data = wandb.Artifact("cases", type="dataset")
data.add_file(weights)
run.log_artifact(data)
run.finish()
