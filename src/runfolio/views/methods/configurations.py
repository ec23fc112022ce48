"""What counts as one configuration."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    return (
        "Runs that are equal in all params but the seed, on the same data, are replicates of "
        f"one configuration. Params taken for seeds, also within a group such as config.seed: "
        f"{', '.join(view.seed_params)}. The value of "
        "a configuration is the mean over its finished runs with a finite value, and they stand "
        "in the order of their means. Runs without any param are a configuration each.",
    )


method = Method("configurations", "Configurations and seed replicates", 40, build)
