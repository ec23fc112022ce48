"""Stages 5 and 6, put together: a report goes into one channel, a file for each.

In: a `Report` and what is wished. Out: what became of it. Each renders, has the bytes searched
for what the audience must not see (`Report.watch`), and hands them to ``deliver``.
"""
