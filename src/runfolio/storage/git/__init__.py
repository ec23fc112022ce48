"""Stage 1a: git. A revision is a folder like any other; git is spoken to nowhere else."""
