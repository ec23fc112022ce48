"""Stage 1b: what readers of several formats share: files to text, trees, numbers and series."""
