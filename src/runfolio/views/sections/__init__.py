"""Stage 4: the sections, one file each; a file here with a ``section`` in it is a section."""
