"""Stage 1d: readers, a file for each kind of table; found by their ``reader``."""
