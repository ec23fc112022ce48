"""Stage 1b: DVC."""
