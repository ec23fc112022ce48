"""What the commands share in talking to people: text, progress, the summary of a build."""
