"""Stage 1b: one file per log format; a file here with a ``source`` in it is a format."""
