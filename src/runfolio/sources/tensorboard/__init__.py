"""Stage 1b: TensorBoard."""
