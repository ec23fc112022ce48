"""Stage 1d: the kinds of rules, a file for each; found by their ``rule``."""
