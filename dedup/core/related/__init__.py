"""Texts -> related coverage: rare terms, pairs that share many of them, rewrites, and the coverage of one event."""
