"""Stage 6: what was rendered goes somewhere: a branch, a mailbox, a pull request, a store."""
