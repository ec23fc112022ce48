"""Stage 1b: Great Expectations."""
