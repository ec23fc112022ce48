"""Stage 4: analysed data becomes blocks; blocks know no HTML."""
