"""Stage 2: what a run is, and the tidy tables that every later stage reads."""
