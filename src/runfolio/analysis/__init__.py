"""Stage 3: pure functions, tables in, tables or dataclasses out; one file per question."""
