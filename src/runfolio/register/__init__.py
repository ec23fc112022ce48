"""Stage 6: the champion goes on record: as a file of the project, and into MLflow's registry."""
