"""runfolio turns run logs into a static site that everyone in the team can read."""
