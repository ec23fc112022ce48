"""Stage 1b: MLflow."""
