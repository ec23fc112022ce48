"""Stage 1c: places become units of work, units become records, records become tables."""
