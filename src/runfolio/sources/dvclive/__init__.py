"""Stage 1b: DVCLive."""
