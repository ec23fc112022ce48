"""Configuration: each rule of data quality is asked, by its kind, whether it can be meant."""

from __future__ import annotations

from typing import Any

from runfolio.config.data import DataSettings
from runfolio.config.marked_yaml import Marked, Mistake, Where
from runfolio.config.mistakes import line_of, shown_at
from runfolio.model.quality import RuleError
from runfolio.registry import find

__all__ = ["rule_mistakes"]


def rule_mistakes(told: DataSettings, marked: Marked) -> list[Mistake]:
    """Return what is wrong in the rules, each with its line."""
    if not told.quality:
        return []
    kinds: dict[str, Any] = find("runfolio.checks.rules", "rule")
    mistakes: list[Mistake] = []
    for number, rule in enumerate(told.quality):
        try:
            kind = kinds[rule.kind(kinds)]
            if not hasattr(kind, "judge"):  # one about the runs needs no data set
                rule.own_set(told.sets)
            kind.plans(rule, told.sets)
        except RuleError as error:
            where: Where = ("data", "quality", number)
            if error.key:
                where = (*where, error.key)
            message = f"'{shown_at(where)}' {error.message}"
            mistakes.append(Mistake(line_of(where, marked), error.slug, message, error.hint))
    return mistakes
