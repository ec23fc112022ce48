"""Stage 1b: Evidently."""
