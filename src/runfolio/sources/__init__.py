"""Stage 1b: one module per log format, or one package where a format takes several files.

A module below here with a ``source`` in it is a format. What several formats share is in
``reading``.
"""
