"""Let Keras' CSVLogger write logs of tiny models into a folder: OUT/<name>.csv."""

from __future__ import annotations

import sys
from pathlib import Path

import keras
import numpy as np

OUT = Path(sys.argv[1])
OUT.mkdir(parents=True, exist_ok=True)
keras.utils.set_random_seed(7)
X = np.random.default_rng(7).normal(size=(64, 4))
Y = (X.sum(axis=1) > 0).astype(float)


class Extras(keras.callbacks.Callback):  # type: ignore[misc]
    """Adds what a log may hold beside losses: a list, NaN, and a value now and then."""

    def on_epoch_end(self, epoch: int, logs: dict[str, object] | None = None) -> None:
        assert logs is not None
        logs["pair"] = np.array([epoch, 2])
        logs["odd"] = float("nan") if epoch == 1 else epoch / 3
        logs["seldom"] = "NA" if epoch % 2 else epoch * 1e-7


def fit(
    name: str, epochs: int, *, append: bool = False, start: int = 0, extra: bool = False
) -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    log = keras.callbacks.CSVLogger(str(OUT / name), append=append)
    model.fit(
        *(X, Y),
        validation_split=0.25,
        epochs=epochs,
        initial_epoch=start,
        verbose=0,
        callbacks=[*([Extras()] if extra else []), log],
    )


fit("plain.csv", 5)
fit("extra.csv", 4, extra=True)
fit("resumed.csv", 3)
fit("resumed.csv", 5, append=True, start=2)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
semicolons = keras.callbacks.CSVLogger(str(OUT / "semicolons.csv"), separator=";")
model.fit(X, Y, epochs=3, verbose=0, callbacks=[semicolons])
