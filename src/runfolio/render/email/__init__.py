"""Stage 5: a page of blocks becomes an e-mail.

::

    Page ── outline, simple ──> few kinds of blocks ── summary ──> what fits ─┬─ plain_text ─> text
                                                                              └─ html ───────> HTML
    parts, charts as PNG, attachments ── message ──> bytes (.eml)

`summary.summary_email` does the first line, `message.message_bytes` the second.
"""
