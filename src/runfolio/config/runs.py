"""Configuration: which runs are compared, and what stands for what."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from runfolio.config.parts import AsLogged, Part, Texts, one_or_more, text_is

__all__ = [
    "Baseline",
    "Compared",
    "Replicates",
    "Selector",
]


class Selector(Part, frozen=True):
    """Picks a run: all conditions given must hold; of several runs the best one counts."""

    run: str | None = Field(default=None, description="The run's id or name.")
    experiment: str | None = Field(default=None, description="Name of its experiment.")
    tags: dict[str, AsLogged] = Field(
        default={}, description="Tags that it has, with these values."
    )
    params: dict[str, AsLogged] = Field(
        default={}, description="Params that it has, with these values."
    )

    @model_validator(mode="after")
    def _picks(self) -> Selector:
        if not (self.run or self.experiment or self.tags or self.params):
            raise PydanticCustomError(
                "config-empty-selector",
                "picks no run in particular.",
                {"hint": "Give a run's id or name, tags, params or an experiment."},
            )
        return self


Baseline = Annotated[
    Selector, BeforeValidator(text_is("run"), json_schema_input_type=str | Selector)
]


class Compared(Part, frozen=True):
    """Which runs are compared."""

    also: Annotated[
        tuple[Literal["failed", "killed", "unfinished"], ...],
        BeforeValidator(one_or_more, json_schema_input_type=str | tuple[str, ...]),
    ] = Field(
        default=(),
        description="How runs may have ended that are compared beside those that finished.",
    )
    evaluation: Texts = Field(
        default=(),
        description="Patterns of params and tags that tell how metrics were measured, beside those "
        "whose names say so; with `!` in front, such a name that does not.",
    )
    force: bool = Field(
        default=False,
        description="Whether runs are compared that were not measured alike; verdicts say so.",
    )


class Replicates(Part, frozen=True):
    """Which runs repeat one configuration."""

    ignore: Texts = Field(
        default=(
            "seed",
            "random_seed",
            "random_state",
            "rng_seed",
            "global_seed",
            "manual_seed",
            "numpy_seed",
            "np_seed",
            "torch_seed",
        ),
        description="Params in which seed replicates differ; all other params must be equal.",
    )
    pair_by: str = Field(
        default="seed",
        description="The param by which runs of two configurations belong together, such as "
        "`fold`; `seed` is the run's seed, whatever it is called.",
    )
