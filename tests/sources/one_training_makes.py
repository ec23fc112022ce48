"""Log each of two trainings with W&B, TensorBoard and Lightning's CSV logger at once.

TensorBoard's files lie in the folder of the CSV logger, which sees every tenth step only, as a
Trainer with two loggers leaves them; W&B has a folder of its own and more digits.
"""

from __future__ import annotations

import os
import random
import sys


def main(out: str) -> None:
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
    for seed in (1, 2):
        train(out, seed)


def train(out: str, seed: int) -> None:
    import wandb
    from pytorch_lightning.loggers import CSVLogger
    from tensorboardX import SummaryWriter

    rng = random.Random(seed)
    params = {"lr": 0.001, "seed": seed, "augment": True}
    tracked = wandb.init(
        project="demo",
        name=f"training-{seed}",
        config=params,
        settings=wandb.Settings(x_disable_stats=True, console="off"),
    )
    table = CSVLogger(out, name="lightning_logs", version=seed)
    table.log_hyperparams(params)
    events = SummaryWriter(table.log_dir)
    for step in range(40):
        row = {"train/loss": 2 / (step + 1) + rng.random() / 10, "val/acc": rng.random()}
        tracked.log(row)
        for name, value in row.items():
            events.add_scalar(name, value, step)
        if step % 10 == 9:
            table.log_metrics(row, step=step)
    events.close()
    table.finalize("success")
    tracked.finish()


if __name__ == "__main__":
    main(sys.argv[1])
