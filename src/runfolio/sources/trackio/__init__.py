"""Stage 1b: Trackio."""
