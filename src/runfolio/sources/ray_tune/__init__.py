"""Stage 1b: Ray Tune."""
