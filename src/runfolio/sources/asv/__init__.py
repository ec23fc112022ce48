"""Stage 1b: airspeed velocity."""
