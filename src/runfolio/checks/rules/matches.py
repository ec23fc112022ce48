"""Accuracy: a value is that of a reference, row by row."""

from __future__ import annotations

from runfolio.checks.matching import Matching

rule = Matching("matches", "accuracy")
