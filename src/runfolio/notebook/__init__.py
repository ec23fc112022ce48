"""Beside the stages: what the public API hands to a notebook, in the numbers of the site."""
