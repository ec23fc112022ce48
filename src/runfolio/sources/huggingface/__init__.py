"""Stage 1b: Hugging Face's Trainer."""
