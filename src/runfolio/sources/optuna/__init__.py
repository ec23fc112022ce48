"""Stage 1b: Optuna."""
