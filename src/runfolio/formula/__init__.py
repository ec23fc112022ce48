"""Arithmetic that people write in ``report.yaml``, with units, and never run as code.

::

    "cases * prevalence * metric('val/recall') * cost_missed"
        ── parse ── Node ──┬── units ──── EUR/year, or what does not fit
                           ├── evaluate ─ numbers, or arrays of them
                           └── as_json ── the same tree, evaluated in the page

Everything here is at the bottom: it knows neither runs nor settings.
"""

from __future__ import annotations

from runfolio.formula.errors import FormulaError
from runfolio.formula.evaluate import evaluate
from runfolio.formula.outcome_unit import (
    fixed_cost_factor,
    outcome_unit,
    running_cost_factor,
    unit_of_input,
)
from runfolio.formula.parse import parse_formula
from runfolio.formula.tree import Constant, Input, Node, Operation, as_json, inputs_of
from runfolio.formula.unit import NO_UNIT, Unit, parse_unit
from runfolio.formula.unit_check import unit_of

__all__ = [
    "NO_UNIT",
    "Constant",
    "FormulaError",
    "Input",
    "Node",
    "Operation",
    "Unit",
    "as_json",
    "evaluate",
    "fixed_cost_factor",
    "inputs_of",
    "outcome_unit",
    "parse_formula",
    "parse_unit",
    "running_cost_factor",
    "unit_of",
    "unit_of_input",
]
