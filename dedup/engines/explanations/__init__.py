"""Decided documents to what a reader is told of them: comparisons of two documents, with all reasons."""
