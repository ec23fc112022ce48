"""Stage 1d: rules evaluated on the project's own data while they are streamed.

In: the data sets and rules of ``report.yaml``. Out: `runfolio.model.quality.DataCheck`, one
for each rule and version of a set, and problems. Each set is read once, in batches, and only
the columns that some rule needs; a reader a kind of file (``readers/``), a file a rule
(``rules/``). pyarrow reads and computes, behind `runfolio.checks.batch`; the rules know numpy.
"""
