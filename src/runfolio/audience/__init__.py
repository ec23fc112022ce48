"""Stage 2b: what an audience must not see is taken out, before anything is analysed.

::

    tables, settings ── secrets ── cut ── pseudonyms ── redaction ──> tables, settings, hidden
                       (always)  (hide, show)                             │
                            every file that is written ── leaks <─────────┘

`apply.Audience.sees` goes through them.

Nothing later knows of audiences: what is not in the tables cannot be analysed, drawn or written.
The values that were taken out are kept as `HiddenValue` and searched for in every byte that
leaves the program; a hit fails the build.
"""
