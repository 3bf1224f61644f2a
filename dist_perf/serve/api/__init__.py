"""The API: the rows of every mart, and the figures of every page."""
