"""Stage 1a: where bytes lie. A source reads every storage in the same way."""
