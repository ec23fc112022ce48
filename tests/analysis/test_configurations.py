"""What configurations are called: what the names of their runs share, without the seed."""

from __future__ import annotations

import pytest

from builders import SEEDS, run, tables
from runfolio.analysis.configurations import configurations


def labels(*names: str) -> list[str]:
    runs = [
        run(f"{name} {seed}", {"acc": 0.9}, name=name, params={"model": "m", "seed": str(seed)})
        for seed, name in enumerate(names)
    ]
    found, _ = configurations(tables(*runs), SEEDS)
    return [configuration.label for configuration in found]


@pytest.mark.parametrize(
    ("names", "label"),
    [
        (("forest seed 1", "forest seed 2"), "forest"),
        (("forest-seed=1", "forest-seed=2"), "forest"),
        (("forest/1", "forest/2"), "forest"),
        (("forest_s1", "forest_s2"), "forest"),
        (("forest-rep1", "forest-rep2"), "forest"),
        (("forest (seed 1)", "forest (seed 2)"), "forest"),
        # A word that is no other's end needs no sign before it.
        (("forestseed1", "forestseed2"), "forest"),
        (("unetfold0", "unetfold1"), "unet"),
        (("lr3seed1", "lr3seed2"), "lr3"),
        (("mlp64s1", "mlp64s2"), "mlp64"),
        (("mlp64rep1", "mlp64rep2"), "mlp64"),
        # An s or rep that is a name's own end stays.
        (("resnets1", "resnets2"), "resnets"),
        (("losses1", "losses2"), "losses"),
        (("prerep1", "prerep2"), "prerep"),
        # Of two runs of one name, told apart by their ids.
        (("deepar (a1)", "deepar (a2)"), "deepar"),
    ],
)
def test_the_name_that_replicates_share(names: tuple[str, str], label: str) -> None:
    assert labels(*names) == [label]


def test_names_that_say_nothing_but_the_seed_give_no_label() -> None:
    assert labels("seed1", "seed2") == ["seed1 and 1 more"]
