"""Text to tokens and blocks."""
