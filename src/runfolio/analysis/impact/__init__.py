"""Stage 3: what a better model is worth, with its uncertainty.

::

    impact: in report.yaml ── model ─┐
    what the runs measured ── inputs ┴── draws ── sides ── ranking ──┬── answer ── drivers
                                                                     ├── scenarios, payback
                                                                     └── roc, rates ── threshold

`worth` puts it together and `result` is what comes of it; read these two first.
"""
