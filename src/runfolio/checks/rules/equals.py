"""Consistency: two data sets have the same value for the same key."""

from __future__ import annotations

from runfolio.checks.matching import Matching

rule = Matching("equals", "consistency")
