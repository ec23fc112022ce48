"""Stage 1b: Sacred."""
