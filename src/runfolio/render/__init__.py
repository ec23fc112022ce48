"""Stage 5: blocks become pages; the theme, the assets and the pre-rendered charts."""
