"""Stage 1b: Weights & Biases."""
